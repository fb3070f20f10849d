import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { readFile, rm, stat } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { connect, createServer } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensureCertificate, type ServerCertificate } from "../../../scripts/lab/ca.ts";
import type { LabPaths } from "../../../scripts/lab/paths.ts";
import { emptyCheckout } from "./checkout.ts";

const identity = { names: ["mail.cdg.example", "localhost"], addresses: ["10.200.0.1", "127.0.0.1"] };

describe("ensureCertificate", () => {
  let lab: LabPaths;
  let remove: () => Promise<void>;
  let certificate: ServerCertificate;
  beforeAll(async () => {
    ({ lab, remove } = await emptyCheckout());
    certificate = await ensureCertificate(lab, identity);
  });
  afterAll(async () => await remove());

  it("is trusted by a client that knows the lab's authority, by address and by name", async () => {
    const [key, cert, ca] = await Promise.all(
      [certificate.keyFile, certificate.certFile, lab.caFile].map((file) => readFile(file)),
    );
    const server = createServer({ key, cert }, (socket) => socket.end()).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    for (const servername of ["", "localhost"]) {
      const client = connect({ host: "127.0.0.1", port, ca, ...(servername ? { servername } : {}) });
      await once(client, "secureConnect");
      expect(client.authorized).toBe(true);
      client.destroy();
    }
    server.close();
  });

  it("keeps private keys to their owner", async () => {
    expect((await stat(certificate.keyFile)).mode & 0o777).toBe(0o600);
    expect((await stat(lab.secretsDir)).mode & 0o777).toBe(0o700);
  });

  it("is the same while it fits, and another one under the same authority when it does not", async () => {
    const authority = await readFile(lab.caFile, "utf8");
    expect((await ensureCertificate(lab, identity)).hash).toBe(certificate.hash);
    const other = await ensureCertificate(lab, { ...identity, addresses: ["10.200.0.5"] });
    expect(other.hash).not.toBe(certificate.hash);
    expect(await readFile(lab.caFile, "utf8")).toBe(authority);
    expect(new X509Certificate(await readFile(other.certFile)).checkIP("10.200.0.5")).toBe("10.200.0.5");
  });

  it("is made anew when its key is gone", async () => {
    const before = await ensureCertificate(lab, identity);
    await rm(before.keyFile);
    expect((await ensureCertificate(lab, identity)).hash).not.toBe(before.hash);
  });
});
