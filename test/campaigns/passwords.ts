import { readFile } from "node:fs/promises";
import { z } from "zod";
import type { LabPaths } from "../../scripts/lab/paths.ts";
import type { Simulator } from "../../scripts/lab/zimbra/index.ts";
import { decryptWith } from "../../scripts/stack/passphrase.ts";

const stateFile = z.object({
  checkpoint: z.object({
    latest: z.object({
      secrets_providers: z.object({ state: z.object({ salt: z.string() }) }),
      resources: z.array(
        z.looseObject({
          type: z.string(),
          outputs: z
            .looseObject({ passwords: z.looseObject({ ciphertext: z.string() }).optional() })
            .default({}),
        }),
      ),
    }),
  }),
});
const byLogin = z.record(z.string(), z.string().nullable());

/** What a stack's output `passwords` tells, decrypted here: the engine would take seconds. */
export async function firstPasswords(
  { passphraseFile }: LabPaths,
  state: string,
): Promise<Readonly<Record<string, string>>> {
  const { secrets_providers: secrets, resources } = stateFile.parse(JSON.parse(state)).checkpoint.latest;
  const stack = resources.find(({ type }) => type === "pulumi:pulumi:Stack");
  const encrypted = stack?.outputs.passwords?.ciphertext;
  if (encrypted === undefined) return {};
  const passphrase = (await readFile(passphraseFile, "utf8")).trim();
  const [text = ""] = await decryptWith(passphrase, secrets.state.salt, [encrypted]);
  const told = byLogin.parse(JSON.parse(text));
  return Object.fromEntries(
    Object.entries(told).flatMap(([login, one]) => (one === null ? [] : [[login, one]])),
  );
}

/** As a mail program would: a first password is taken, though it has to be changed. */
export async function logsInToMail(
  { userUrl }: Simulator,
  address: string,
  password: string,
): Promise<boolean> {
  const request = {
    _jsns: "urn:zimbraAccount",
    account: { by: "name", _content: address },
    password,
  };
  const envelope = {
    _jsns: "urn:zimbraSoap",
    Header: { context: { _jsns: "urn:zimbra" } },
    Body: { AuthRequest: request },
  };
  const reply = await fetch(userUrl, { method: "POST", body: JSON.stringify(envelope) });
  return /authToken|account\.CHANGE_PASSWORD/.test(await reply.text());
}
