import { createHash, X509Certificate } from "node:crypto";
import { copyFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runChild } from "../cli/index.ts";
import type { LabPaths } from "./paths.ts";

export interface ServerIdentity {
  /** DNS names; the first is the certificate's subject. */
  readonly names: readonly string[];
  readonly addresses: readonly string[];
}

export interface ServerCertificate {
  readonly certFile: string;
  readonly keyFile: string;
  /** Differs for each certificate that was ever made. */
  readonly hash: string;
}

const authorityDays = 3650;
const serverDays = 397;
/** A certificate with less left is made anew. */
const renewDays = 30;

/**
 * The lab's authority and one certificate for its servers, made with `openssl`, kept as long as they fit. Keys
 * stay in the lab's secrets folder with mode 0600.
 */
export async function ensureCertificate(lab: LabPaths, identity: ServerIdentity): Promise<ServerCertificate> {
  await mkdir(lab.secretsDir, { recursive: true, mode: 0o700 });
  const caKey = join(lab.secretsDir, "ca.key");
  const server = {
    keyFile: join(lab.secretsDir, "server.key"),
    certFile: join(lab.secretsDir, "server.pem"),
  };
  if (!(await fits(lab.caFile, caKey, () => true))) {
    await issue(authorityConfig(lab), { keyFile: caKey, certFile: lab.caFile }, authorityDays, []);
  }
  const authority = new X509Certificate(await readFile(lab.caFile));
  const isOurs = (certificate: X509Certificate): boolean =>
    certificate.verify(authority.publicKey) &&
    identity.names.every((name) => certificate.checkHost(name) !== undefined) &&
    identity.addresses.every((address) => certificate.checkIP(address) !== undefined);
  if (!(await fits(server.certFile, server.keyFile, isOurs))) {
    const signer = ["-CA", lab.caFile, "-CAkey", caKey];
    await issue(serverConfig(identity), server, serverDays, signer);
  }
  const hash = createHash("sha256")
    .update(await readFile(server.certFile))
    .digest("hex");
  return { ...server, hash };
}

/** Copies both into `folder` as `server.pem` and `server.key`, where a container reads them. */
export async function copyCertificate(
  { certFile, keyFile }: Pick<ServerCertificate, "certFile" | "keyFile">,
  folder: string,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  await copyFile(certFile, join(folder, "server.pem"));
  await copyFile(keyFile, join(folder, "server.key"));
}

/** Where key and certificate of the lab's servers are. */
export function serverFiles(lab: LabPaths): Pick<ServerCertificate, "keyFile" | "certFile"> {
  return { keyFile: join(lab.secretsDir, "server.key"), certFile: join(lab.secretsDir, "server.pem") };
}

/** True when both files are there and the certificate lasts and passes `test`. */
async function fits(
  certFile: string,
  keyFile: string,
  test: (certificate: X509Certificate) => boolean,
): Promise<boolean> {
  const [pem, key] = await Promise.all([certFile, keyFile].map((file) => readFile(file).catch(() => null)));
  if (!pem || !key) return false;
  const certificate = new X509Certificate(pem);
  return Date.parse(certificate.validTo) - Date.now() > renewDays * 86_400_000 && test(certificate);
}

/** Both files appear whole, the key first: an interrupted run leaves no certificate without its key. */
async function issue(
  config: string,
  files: { readonly keyFile: string; readonly certFile: string },
  days: number,
  signer: readonly string[],
): Promise<void> {
  const work = await mkdtemp(`${files.keyFile}-`);
  try {
    const [configFile, key, cert] = ["openssl.cnf", "key", "cert"].map((name) => join(work, name));
    if (!configFile || !key || !cert) return;
    await writeFile(configFile, config);
    const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc"];
    const output = ["-keyout", key, "-out", cert, "-days", String(days)];
    await runChild("openssl", ["req", "-x509", "-config", configFile, ...curve, ...output, ...signer], {});
    await rm(files.certFile, { force: true });
    await rename(key, files.keyFile);
    await rename(cert, files.certFile);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

function authorityConfig(lab: LabPaths): string {
  return requestConfig(`Bastide lab ${lab.name} (${lab.id})`, [
    "basicConstraints = critical, CA:TRUE, pathlen:0",
    "keyUsage = critical, keyCertSign, cRLSign",
    "subjectKeyIdentifier = hash",
  ]);
}

function serverConfig({ names, addresses }: ServerIdentity): string {
  const alternatives = [
    ...names.map((name) => `DNS:${name}`),
    ...addresses.map((address) => `IP:${address}`),
  ];
  return requestConfig(names[0] ?? "bastide", [
    "basicConstraints = critical, CA:FALSE",
    "keyUsage = critical, digitalSignature",
    "extendedKeyUsage = serverAuth",
    "subjectKeyIdentifier = hash",
    "authorityKeyIdentifier = keyid",
    `subjectAltName = ${alternatives.join(", ")}`,
  ]);
}

function requestConfig(commonName: string, extensions: readonly string[]): string {
  const head = ["[req]", "prompt = no", "distinguished_name = subject", "x509_extensions = extensions"];
  return [...head, "[subject]", `CN = ${commonName}`, "[extensions]", ...extensions, ""].join("\n");
}
