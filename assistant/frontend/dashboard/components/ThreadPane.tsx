/** One conversation: what was said and is being said, and where the agent writes. */
import type { JSX } from "preact";
import { t } from "../../shared/lang";
import type { DeskClient } from "../client";
import { EmptyState } from "./EmptyState";
import { Messages } from "./Messages";
import { Reply } from "./Reply";
import { Summary } from "./Summary";
import { ThreadHead } from "./ThreadHead";

export function ThreadPane({ client }: { client: DeskClient }): JSX.Element {
  const id = client.selected.value;
  return (
    <section class="pane thread-pane" aria-label={t("desk_conversation")}>
      {id === null ? (
        <EmptyState client={client} />
      ) : (
        <>
          <ThreadHead client={client} />
          <Summary client={client} />
          <Messages key={id} client={client} />
          <Reply key={`reply-${id}`} client={client} />
        </>
      )}
    </section>
  );
}
