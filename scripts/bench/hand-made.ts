import { z } from "zod";
import type { SmallLab } from "./small-lab.ts";

const loggedIn = z.object({
  Body: z.object({ AuthResponse: z.object({ authToken: z.array(z.object({ _content: z.string() })) }) }),
});

/** Makes a domain with accounts as an administrator would have, with nothing of ours on it. */
export async function makeByHand(
  { simulator, admin }: SmallLab,
  domain: string,
  accounts: number,
): Promise<void> {
  const { name, password } = admin;
  const auth = await call(simulator.url, {}, "AuthRequest", { name, password });
  const [token] = loggedIn.parse(auth).Body.AuthResponse.authToken;
  const header = { authToken: token?._content };
  await call(simulator.url, header, "CreateDomainRequest", { name: domain });
  for (let index = 0; index < accounts; index += 1)
    await call(simulator.url, header, "CreateAccountRequest", {
      name: `agent${index}@${domain}`,
      password: "Changeme-123456",
      a: [
        { n: "displayName", _content: `Agent ${index}` },
        { n: "zimbraMailQuota", _content: "1000000000" },
      ],
    });
}

async function call(url: string, header: object, request: string, body: object): Promise<unknown> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/soap+xml; charset=utf-8" },
    body: JSON.stringify({
      Header: { context: { _jsns: "urn:zimbra", format: { type: "js" }, ...header } },
      Body: { [request]: { _jsns: "urn:zimbraAdmin", ...body } },
    }),
  });
  if (!response.ok) throw new Error(`${request}: ${(await response.text()).slice(0, 300)}`);
  return await response.json();
}
