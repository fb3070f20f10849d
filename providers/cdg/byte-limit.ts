import { z } from "zod";

/** A limit in bytes; where it may be unlimited, `null` says so and 0 is refused. */
export const byteLimit = z
  .number()
  .int()
  .positive("expected at least 1 byte; null means unlimited")
  .max(Number.MAX_SAFE_INTEGER);
