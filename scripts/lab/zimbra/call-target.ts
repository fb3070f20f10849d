import type { Directory } from "./directory.ts";
import type { SoapElement } from "./element.ts";

/** What a document is about: the entry it names, by name where the directory knows the id. */
export function callTarget(request: SoapElement, directory: Directory): string | null {
  for (const tag of ["account", "domain", "dl", "cos", "server"]) {
    const text = request.child(tag)?.text.trim();
    if (text) return nameOfId(text, directory);
  }
  for (const name of ["id", "name", "domain"]) {
    const text = request.attribute(name)?.trim();
    if (text) return nameOfId(text, directory);
  }
  return null;
}

function nameOfId(text: string, directory: Directory): string {
  for (const kind of ["account", "list", "domain", "cos", "group"] as const) {
    const entry = directory.byId(kind, text);
    if (entry) return entry.name;
  }
  return text.slice(0, 256);
}
