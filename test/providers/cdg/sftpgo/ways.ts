import { expect } from "vitest";
import { type Person, type Refusal, undeclared } from "./people.ts";

/** A way to send a file, with what it says when the folder is full. */
export interface Way {
  readonly way: string;
  readonly full: Partial<Refusal>;
  send(person: Person, path: string, content: Buffer<ArrayBuffer>): Promise<Refusal | null>;
}

/**
 * Every way to send a file.
 *
 * @param davStatus - WebDAV answers 405 when the folder fills during the body, 404 when it is full before.
 */
export function waysToSend(davStatus: 404 | 405): readonly Way[] {
  return [
    {
      way: "the web client",
      full: { status: 413 },
      send: (person, path, content) => person.upload(path, content),
    },
    {
      way: "the web client without a declared length",
      full: { status: 413 },
      send: (person, path, content) => person.upload(path, undeclared(content)),
    },
    {
      way: "WebDAV",
      full: { status: davStatus },
      send: (person, path, content) => person.dav("PUT", path, content),
    },
    {
      way: "WebDAV without a declared length",
      full: { status: davStatus },
      send: (person, path, content) => person.dav("PUT", path, undeclared(content)),
    },
    {
      way: "SFTP",
      full: { text: expect.stringContaining("denying write due to space limit") },
      send: (person, path, content) => person.sftpPut(path, content),
    },
  ];
}
