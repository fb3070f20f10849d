/**
 * Draws terminal text as SVG: `npm run demo | node scripts/picture.ts > docs/demo.svg`.
 *
 * Lines up to the first blank one that follows a deployment are progress; the picture holds the summary
 * after it, which is what a reader of the README wants to see. Addresses of the lab differ from checkout to
 * checkout and are drawn as they came.
 */
import { text } from "node:stream/consumers";
import { XMLBuilder } from "fast-xml-parser";

const LINE_HEIGHT = 18;
const COLUMN_WIDTH = 7.8;
const MARGIN = 16;
const FONT = "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace";

const printed = await text(process.stdin);
process.stdout.write(picture(summaryOf(printed)));

/** From the first collectivité on: the first line after a blank one that names a slug in brackets. */
function summaryOf(output: string): string[] {
  const lines = output.trimEnd().split("\n");
  const first = lines.findIndex((line, index) => lines[index - 1] === "" && /\([a-z0-9-]+\)$/.test(line));
  if (first < 0)
    throw new Error("expected the demo's summary on standard input, found no collectivité in it");
  return lines.slice(first);
}

function picture(lines: readonly string[]): string {
  const columns = Math.max(...lines.map((line) => line.length));
  const width = Math.ceil(columns * COLUMN_WIDTH + 2 * MARGIN);
  const height = lines.length * LINE_HEIGHT + 2 * MARGIN;
  const text = lines.map((line, index) => ({
    "@x": MARGIN,
    "@y": MARGIN + (index + 0.75) * LINE_HEIGHT,
    "@fill": colourOf(line),
    "#text": line,
  }));
  const svg = {
    "@xmlns": "http://www.w3.org/2000/svg",
    "@width": width,
    "@height": height,
    "@viewBox": `0 0 ${width} ${height}`,
    title: "What npm run demo prints at its end",
    rect: { "@width": "100%", "@height": "100%", "@rx": 8, "@fill": "#1e2430" },
    g: { "@font-family": FONT, "@font-size": 13, "@xml:space": "preserve", text },
  };
  return new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: "@" }).build({ svg });
}

function colourOf(line: string): string {
  if (line.includes("✓")) return "#9ece6a";
  return line.startsWith(" ") ? "#c0caf5" : "#7aa2f7";
}
