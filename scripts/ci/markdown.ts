/**
 * Markdown that cannot be injected into. Names and addresses come from YAML files that strangers may edit;
 * a string that enters a {@link markdown} template becomes inline code, where neither GitHub nor GitLab look
 * for mentions, references, links, HTML, images or quick actions.
 */
export class Markdown {
  readonly text: string;

  /** Takes the text as it is: only for text that the program itself wrote. */
  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

/** A template of French text: {@link Markdown} and numbers enter as they are, strings as inline code. */
export function markdown(
  parts: TemplateStringsArray,
  ...values: readonly (string | number | Markdown)[]
): Markdown {
  const filled = parts.map((part, index) => {
    const value = values[index];
    return (
      part + (value === undefined ? "" : typeof value === "string" ? code(value).text : value.toString())
    );
  });
  return new Markdown(filled.join(""));
}

/** Several pieces with a separator between them. */
export function join(pieces: readonly Markdown[], separator: string): Markdown {
  return new Markdown(pieces.map((piece) => piece.text).join(separator));
}

const longestName = 200;

/**
 * Inline code: on one line, with a fence longer than any run of backticks inside. What cannot be seen or
 * turns the direction of text is shown as its code point. Not for cells of a table, which a `|` would end.
 */
export function code(text: string): Markdown {
  const cut = text.length > longestName ? `${text.slice(0, longestName)}…` : text;
  const visible = showInvisible(cut.replace(/\s+/gu, " ").trim());
  if (visible === "") return new Markdown("(vide)");
  const fence = "`".repeat(longestRun(visible, "`") + 1);
  const padding = /^`|`$/.test(visible) ? " " : "";
  return new Markdown(`${fence}${padding}${visible}${padding}${fence}`);
}

/** A block of program output: diagnostics with source lines, for example. */
export function codeBlock(text: string): Markdown {
  const lines = text.split("\n").map((line) => showInvisible(line.replaceAll("\t", "  ")));
  const visible = lines.join("\n");
  const fence = "`".repeat(Math.max(3, longestRun(visible, "`") + 1));
  return new Markdown(`${fence}text\n${visible}\n${fence}`);
}

/** Control characters, format characters (zero width, right-to-left marks) and lone surrogates. */
function showInvisible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) => {
    const point = character.codePointAt(0) ?? 0;
    return `<U+${point.toString(16).toUpperCase().padStart(4, "0")}>`;
  });
}

function longestRun(text: string, character: string): number {
  return Math.max(0, ...(text.match(new RegExp(`${character}+`, "g")) ?? []).map((run) => run.length));
}
