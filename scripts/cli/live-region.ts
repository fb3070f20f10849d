/** The moving lines at the bottom of a terminal, one for each step under way. */
export interface LiveRegion {
  /** Shows a line, asked for again at each redraw; the function returned takes it away. */
  add(line: () => string): () => void;
  /** Writes a line that stays, above the moving ones. */
  print(line: string): void;
}

const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const redrawMs = 120;

export function liveRegion(stream: NodeJS.WriteStream): LiveRegion {
  const lines = new Set<() => string>();
  let drawn = 0;
  let tick = 0;
  let timer: NodeJS.Timeout | undefined;

  function draw(above = ""): void {
    // The terminal may have echoed a key (^C) at the start of the line below.
    const erase = drawn > 0 ? `\r\u001b[${drawn}A\u001b[0J` : "";
    const frame = frames[tick++ % frames.length] ?? "";
    const shown = [...lines].map((line) => clip(`${frame} ${line()}`, stream.columns));
    drawn = shown.length;
    stream.write(`${erase}${above}${shown.map((line) => `${line}\n`).join("")}`);
  }

  return {
    add(line) {
      lines.add(line);
      timer ??= setInterval(draw, redrawMs).unref();
      draw();
      return () => {
        lines.delete(line);
        if (lines.size === 0) {
          clearInterval(timer);
          timer = undefined;
        }
        draw();
      };
    },
    print: (line) => draw(`${line}\n`),
  };
}

/** A line that wraps would be counted as one and leave rubbish behind. */
function clip(line: string, columns: number): string {
  const characters = [...line.replaceAll(/\p{Cc}/gu, " ")];
  return characters.length < columns
    ? characters.join("")
    : `${characters.slice(0, Math.max(columns - 2, 1)).join("")}…`;
}
