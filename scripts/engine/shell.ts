/** `text` as one word of a POSIX shell, whatever it holds (a NUL cannot be in a variable anyway). */
export function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Lines for `source <(…)`: an `export` for a value, an `unset` where it is undefined. */
export function exportLines(variables: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(variables)
    .map(([name, value]) => (value === undefined ? `unset ${name}` : `export ${name}=${quote(value)}`))
    .join("\n");
}

/** A line that puts a folder first on the shell's own PATH, once however often it is sourced. */
export function prependPath(dir: string): string {
  return `case ":$PATH:" in ${quote(`:${dir}:`)}*) ;; *) export PATH=${quote(dir)}:"$PATH" ;; esac`;
}
