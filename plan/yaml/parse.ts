import { Composer, type Document, Lexer, type ParsedNode, Parser } from "./library.mjs";
import type { TextProblem } from "./text.ts";

/** Refused while the text is read, before any tree is built. */
export const MAX_DEPTH = 32;
export const MAX_ALIASES = 10;
/** Line breaks, colons, commas and brackets. A collectivité with 1,000 mailboxes has about 13,000. */
export const MAX_MARKS = 20_000;

/** Errors of YAML that are shown for one file: later ones mostly follow from the first. */
const MAX_SYNTAX_ERRORS = 3;

export type ParsedDocument = Document.Parsed<ParsedNode>;

/**
 * Parses strictly: YAML 1.2 core, one document, without tags, directives and merge keys. Marks are
 * counted before the lexer starts, aliases and levels on its stream: a hostile file costs no more than what
 * was read up to the limit.
 */
export function parseYaml(text: string): { document: ParsedDocument | null; problems: TextProblem[] } {
  const excess = tooManyMarks(text);
  if (excess !== null) return { document: null, problems: [excess] };
  const guard = GUARDED.test(text) ? new LexemeGuard() : null;
  const parser = new Parser();
  const composer = new Composer({
    version: "1.2",
    schema: "core",
    strict: true,
    // Checked in the tree's walk with a set: the library's own check is quadratic.
    uniqueKeys: false,
    prettyErrors: false,
    resolveKnownTags: false,
    logLevel: "silent",
  });
  const documents: ParsedDocument[] = [];
  for (const lexeme of new Lexer().lex(text)) {
    const refused = guard?.next(lexeme) ?? null;
    if (refused !== null) return { document: null, problems: [refused] };
    for (const token of parser.next(lexeme)) documents.push(...composer.next(token));
    if (parser.stack.length > MAX_DEPTH && depthOf(parser) > MAX_DEPTH) {
      return { document: null, problems: [tooDeep(parser.offset - lexeme.length)] };
    }
    if (documents.length > 1) return { document: null, problems: [severalDocuments(text, documents[0])] };
  }
  for (const token of parser.end()) documents.push(...composer.next(token));
  documents.push(...composer.end(true, text.length));
  const [document] = documents;
  if (document === undefined || documents.length > 1) {
    return { document: null, problems: [severalDocuments(text, document)] };
  }
  return { document, problems: [...(guard?.problems ?? []), ...syntaxProblems(document)] };
}

/** Signs of an alias, a tag, a directive, or a comment that cuts a value; most files have none. */
const GUARDED = /[*!%]|[ \t]#[^\s#]/;

/** Looks at each lexeme before the parser does, and knows where it stands. */
class LexemeGuard {
  readonly problems: TextProblem[] = [];
  private offset = 0;
  private aliases = 0;
  private scalarNext = false;
  private afterPlain = false;

  /** Returns what makes the file be refused at once; collects what can wait. */
  next(lexeme: string): TextProblem | null {
    const { offset } = this;
    if (this.scalarNext) {
      this.offset += lexeme.length;
      this.scalarNext = false;
      this.afterPlain = true;
      return null;
    }
    const first = lexeme[0];
    if (first === "\x02" || first === "\x18" || first === "\x1f") {
      this.scalarNext = first === "\x1f";
      return null;
    }
    this.offset += lexeme.length;
    if (first === " ") return null;
    const refused = this.judge(lexeme, offset);
    this.afterPlain = false;
    return refused;
  }

  private judge(lexeme: string, offset: number): TextProblem | null {
    switch (lexeme[0]) {
      case "#":
        if (this.afterPlain && /^#[^\s#]/.test(lexeme)) this.problems.push(commentCuts(lexeme, offset));
        return null;
      case "*":
        this.aliases++;
        return this.aliases > MAX_ALIASES ? tooManyAliases(offset) : null;
      case "!":
        return tag(lexeme, offset);
      case "%":
        return directive(offset);
      default:
        return null;
    }
  }
}

/** An upper bound of the number of values, at the price of one pass over the characters. */
function tooManyMarks(text: string): TextProblem | null {
  let marks = 0;
  let open = 0;
  let deepest = -1;
  for (let offset = 0; offset < text.length; offset++) {
    switch (text.charCodeAt(offset)) {
      case 0x5b: // [
      case 0x7b: // {
        open++;
        if (open > MAX_DEPTH && deepest === -1) deepest = offset;
        break;
      case 0x5d: // ]
      case 0x7d: // }
        open--;
        break;
      case 0x0a: // line break
      case 0x2c: // ,
      case 0x3a: // :
        break;
      default:
        continue;
    }
    marks++;
    // Brackets in quotes count too: in a file that is refused anyway, they choose between two reasons.
    if (marks > MAX_MARKS) return deepest === -1 ? tooLong(offset) : tooDeep(deepest);
  }
  return null;
}

function tooLong(offset: number): TextProblem {
  const message = `expected at most ${MAX_MARKS.toLocaleString("en")} line breaks, colons, commas and brackets, got more`;
  return { code: "YAML_TOO_LONG", offset, message, hint: "One file describes one collectivité." };
}

function depthOf(parser: Parser): number {
  return parser.stack.filter((token) => "items" in token).length;
}

function syntaxProblems(document: ParsedDocument): TextProblem[] {
  return [...document.errors, ...document.warnings].slice(0, MAX_SYNTAX_ERRORS).map((error) => ({
    code: "YAML_SYNTAX" as const,
    offset: error.pos[0],
    message: `expected valid YAML, got this: ${error.message.replace(/[.\s]+$/, "")}`,
    hint: "",
  }));
}

function commentCuts(lexeme: string, offset: number): TextProblem {
  const start = lexeme.length > 20 ? `${lexeme.slice(0, 19)}…` : lexeme;
  const message = `expected a value that goes on, got one that ends before ${start}`;
  const hint = "Put the value in quotes, or write a space after # if it is a comment.";
  return { code: "COMMENT_CUTS_VALUE", offset, message, hint };
}

function tooManyAliases(offset: number): TextProblem {
  const message = `expected at most ${MAX_ALIASES} aliases, got more`;
  return { code: "YAML_TOO_MANY_ALIASES", offset, message, hint: "Write the values out." };
}

function tooDeep(offset: number): TextProblem {
  const message = `expected at most ${MAX_DEPTH} levels, got more`;
  return { code: "YAML_TOO_DEEP", offset, message, hint: "A tenant file has five." };
}

function tag(lexeme: string, offset: number): TextProblem {
  const shown = lexeme.length > 20 ? `${lexeme.slice(0, 19)}…` : lexeme;
  return {
    code: "YAML_TAG",
    offset,
    message: `expected a plain value, got the tag ${shown}`,
    hint: "Delete it; put text that starts with ! in quotes.",
  };
}

function directive(offset: number): TextProblem {
  const hint = "Delete the line: files are YAML 1.2.";
  return { code: "YAML_DIRECTIVE", offset, message: "expected a key, got a % directive", hint };
}

function severalDocuments(text: string, first: ParsedDocument | undefined): TextProblem {
  const end = first?.range[2] ?? 0;
  const separator = text.slice(end).search(/\S/);
  const offset = separator === -1 ? end : end + separator;
  const hint = "Write one file for each collectivité.";
  return { code: "YAML_DOCUMENTS", offset, message: "expected one document, got a second one", hint };
}
