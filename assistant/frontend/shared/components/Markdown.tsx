/** Draws a message's Markdown as DOM nodes, through the allow-list of `markdown/tree`. */
import type { ComponentChildren, JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { LinkRule } from "../markdown/links";
import { parseMarkdown } from "../markdown/parse";
import type { Block, Inline } from "../markdown/tree";

export interface Drawing {
  mayLink: LinkRule;
  /** Draws `[n]`; by default the bare number. */
  cite?: ((n: number) => ComponentChildren) | undefined;
  /** Draws `<EMAIL_1>`; by default the bare text. */
  placeholder?: ((label: string) => ComponentChildren) | undefined;
}

interface Props extends Drawing {
  text: string;
  isStreaming?: boolean;
}

export function Markdown({ text, isStreaming = false, ...drawing }: Props): JSX.Element {
  const blocks = useMemo(() => parseMarkdown(text, isStreaming), [text, isStreaming]);
  return <div class="md">{drawBlocks(blocks, drawing)}</div>;
}

function drawBlocks(blocks: readonly Block[], drawing: Drawing): ComponentChildren[] {
  return blocks.map((block) => drawBlock(block, drawing));
}

function drawBlock(block: Block, drawing: Drawing): ComponentChildren {
  switch (block.t) {
    case "paragraph":
      return <p>{drawInline(block.children, drawing)}</p>;
    case "heading":
      return (
        <p class="md-heading">
          <strong>{drawInline(block.children, drawing)}</strong>
        </p>
      );
    case "quote":
      return <blockquote>{drawBlocks(block.children, drawing)}</blockquote>;
    case "code":
      return (
        // A code block scrolls sideways, so the keyboard must reach it.
        // biome-ignore lint/a11y/noNoninteractiveTabindex: scrollable region
        <pre tabIndex={0}>
          <code>{block.text}</code>
        </pre>
      );
    case "rule":
      return <hr />;
    case "list":
      return drawList(block.start, block.items, drawing);
    case "table":
      return drawTable(block.head, block.rows, drawing);
  }
}

function drawList(start: number | null, items: readonly Block[][], drawing: Drawing): JSX.Element {
  const drawn = items.map((item, i) => {
    const only = item.length === 1 ? item[0] : undefined;
    return <li key={i}>{only?.t === "paragraph" ? drawInline(only.children, drawing) : drawBlocks(item, drawing)}</li>;
  });
  return start === null ? <ul>{drawn}</ul> : <ol start={start}>{drawn}</ol>;
}

function drawTable(head: readonly Inline[][], rows: readonly Inline[][][], drawing: Drawing): JSX.Element {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: scrollable region
    <div class="md-table" tabIndex={0}>
      <table>
        <thead>
          <tr>
            {head.map((cell) => (
              <th scope="col">{drawInline(cell, drawing)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr>
              {row.map((cell) => (
                <td>{drawInline(cell, drawing)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function drawInline(nodes: readonly Inline[], drawing: Drawing): ComponentChildren[] {
  return nodes.map((node) => drawNode(node, drawing));
}

function drawNode(node: Inline, drawing: Drawing): ComponentChildren {
  switch (node.t) {
    case "text":
      return node.text;
    case "break":
      return <br />;
    case "code":
      return <code>{node.text}</code>;
    case "strong":
      return <strong>{drawInline(node.children, drawing)}</strong>;
    case "em":
      return <em>{drawInline(node.children, drawing)}</em>;
    case "cite":
      return drawing.cite?.(node.n) ?? `[${node.n}]`;
    case "placeholder":
      return drawing.placeholder?.(node.label) ?? `<${node.label}>`;
    case "link":
      return drawLink(node.href, drawInline(node.children, drawing), drawing.mayLink);
  }
}

function drawLink(href: string, label: ComponentChildren[], mayLink: LinkRule): ComponentChildren {
  if (!mayLink(href)) return label;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {label}
    </a>
  );
}
