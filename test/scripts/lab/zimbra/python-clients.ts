import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";

const packages = ["zimsoap==0.4.2", "python-zimbra==2.4", "six==1.17.0"];

/** Whether the machine has Python 3 at all. */
export async function hasPython(): Promise<boolean> {
  const { exitCode } = await execa("python3", ["--version"], { reject: false });
  return exitCode === 0;
}

/**
 * Installs zimsoap and python-zimbra into the user's cache, once, and returns the folder for `PYTHONPATH`. pip comes from a
 * throw-away virtual environment, so that nothing of the machine's Python changes.
 */
export async function pythonClients(): Promise<string> {
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "bastide");
  const folder = join(cache, "zimbra-clients-1");
  if (existsSync(folder)) return folder;
  await mkdir(dirname(folder), { recursive: true });
  const work = await mkdtemp(join(cache, "zimbra-clients-part-"));
  try {
    await execa("python3", ["-m", "venv", join(work, "venv")]);
    const pip = [
      "-m",
      "pip",
      "install",
      "--quiet",
      "--disable-pip-version-check",
      "--no-compile",
      "--target",
    ];
    await execa(join(work, "venv/bin/python"), [...pip, join(work, "site"), ...packages]);
    await rename(join(work, "site"), folder).catch((error: unknown) => {
      // Another run was first; its copy is as good.
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return folder;
}

/** A certificate authority and a certificate of it for 127.0.0.1, made for one test run. */
export async function selfMadeAuthority(): Promise<{
  folder: string;
  ca: string;
  key: string;
  cert: string;
}> {
  const folder = await mkdtemp(join(tmpdir(), "zimbra-ca-"));
  const file = (name: string) => join(folder, name);
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const request = ["req", "-x509", ...key, "-days", "2"];
  const caUse = ["-addext", "keyUsage=critical,keyCertSign,cRLSign"];
  await execa("openssl", [
    ...request,
    "-subj",
    "/CN=Test CA",
    ...caUse,
    "-keyout",
    file("ca.key"),
    "-out",
    file("ca.pem"),
  ]);
  const signer = ["-CA", file("ca.pem"), "-CAkey", file("ca.key")];
  const serverUse = [
    "subjectAltName=IP:127.0.0.1",
    "basicConstraints=critical,CA:FALSE",
    "keyUsage=critical,digitalSignature",
  ];
  const extensions = serverUse.flatMap((text) => ["-addext", text]);
  const server = [
    "-subj",
    "/CN=127.0.0.1",
    ...extensions,
    "-keyout",
    file("server.key"),
    "-out",
    file("server.pem"),
  ];
  await execa("openssl", [...request, ...signer, ...server]);
  return { folder, ca: file("ca.pem"), key: file("server.key"), cert: file("server.pem") };
}
