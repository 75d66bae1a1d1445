/** One of a few: which rows are shown, with how many there are of each. */
import type { JSX } from "preact";

interface Props<Name extends string> {
  label: string;
  names: readonly Name[];
  chosen: Name;
  counts?: Readonly<Record<string, number>> | undefined;
  say(name: Name): string;
  choose(name: Name): void;
}

export function Choices<Name extends string>(props: Props<Name>): JSX.Element {
  const { label, names, chosen, counts, say, choose } = props;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would be announced as a form
    <div class="filters know-choices" role="group" aria-label={label}>
      {names.map((name) => (
        <button key={name} type="button" class="filter" aria-pressed={name === chosen} onClick={() => choose(name)}>
          {say(name)} <span>{counts?.[name]}</span>
        </button>
      ))}
    </div>
  );
}
