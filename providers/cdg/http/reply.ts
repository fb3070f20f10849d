/** What systems answer, read with suspicion. */
import { z } from "zod";
import { type Place, TransportError } from "./errors.ts";

/** `null` where the text is no JSON: a proxy's page, half an answer. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** An answer of the shape that was expected. @throws ProviderError that names the system where it has another. */
export function inShape<T>(answer: unknown, shape: z.ZodType<T>, system: string, at: Place): T {
  const read = shape.safeParse(answer);
  if (read.success) return read.data;
  const message = `${system}'s answer has an unexpected shape (${z.prettifyError(read.error)})`;
  throw new TransportError("bastide.UNEXPECTED_REPLY", "permanent", message).at(at);
}
