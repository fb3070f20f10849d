import * as pulumi from "@pulumi/pulumi";
import type { Alias } from "@pulumi/pulumi/proto/alias_pb.js";
import type {
  RegisterResourceOutputsRequest,
  RegisterResourceRequest,
} from "@pulumi/pulumi/proto/resource_pb.js";
import { getMonitor } from "@pulumi/pulumi/runtime/settings.js";
import { vi } from "vitest";
import { componentTokens } from "../../components/tokens.ts";

/** What a program asked the engine for. */
export interface Registration {
  readonly type: string;
  readonly name: string;
  /** The engine's URN without stack and project. */
  readonly urn: string;
  /** URN of the mock. */
  readonly parent: string;
  readonly dependencies: readonly string[];
  /** Former names. */
  readonly aliases: readonly string[];
  readonly ignoreChanges: readonly string[];
  readonly inputs: Readonly<Record<string, unknown>>;
  /** What the component registered when it was done; `null` = nothing. */
  readonly outputs: Readonly<Record<string, unknown>> | null;
}

/** Answers of the plugin by type token; any other resource fails the test. */
const answers: Readonly<Record<string, (inputs: Record<string, unknown>) => Record<string, unknown>>> = {
  [componentTokens.tenant]: () => ({}),
  [componentTokens.mail]: () => ({}),
  [componentTokens.antivirus]: () => ({}),
  [componentTokens.fileShare]: () => ({}),
  [componentTokens.fileTransfer]: () => ({}),
  [componentTokens.antiSpam]: () => ({}),
  "pulumi:providers:cdg": (inputs) => inputs,
  "pulumi:providers:command": (inputs) => inputs,
  "command:remote:Command": (inputs) => ({ ...inputs, stdout: "", stderr: "" }),
  [componentTokens.platform]: () => ({}),
  [componentTokens.backup]: () => ({}),
  [componentTokens.filesPlatform]: () => ({}),
  [componentTokens.relayHosts]: () => ({}),
  "pulumi:providers:docker": (inputs) => inputs,
  "docker:index/network:Network": (inputs) => inputs,
  "docker:index/serviceConfig:ServiceConfig": (inputs) => inputs,
  "docker:index/secret:Secret": (inputs) => inputs,
  "docker:index/service:Service": (inputs) => inputs,
  "docker:index/volume:Volume": (inputs) => inputs,
  "cdg:zimbra:Domain": (inputs) => inputs,
  "cdg:zimbra:Mailbox": (inputs) => ({ ...inputs, zimbraId: "id", password: `first of ${inputs.address}` }),
  "cdg:zimbra:DistributionList": (inputs) => ({ ...inputs, zimbraId: "id" }),
  "cdg:zimbra:OldMailbox": (inputs) => ({ ...inputs, dataSourceId: "id" }),
  "cdg:gravityzone:Company": (inputs) => ({ ...inputs, companyId: "5f43a1b2c3d4e5f6a7b8c9d0" }),
  "cdg:gravityzone:Package": (inputs) => ({
    ...inputs,
    packageId: "5f43a1b2c3d4e5f6a7b8c9d1",
    windowsUrl: "https://gz.example/w",
    macUrl: "https://gz.example/m",
    linuxUrl: "https://gz.example/l",
  }),
  "cdg:gravityzone:Account": (inputs) => ({
    ...inputs,
    accountId: "5f43a1b2c3d4e5f6a7b8c9d2",
    password: `first of ${inputs.email}`,
  }),
  "cdg:gravityzone:Usage": (inputs) => ({
    ...inputs,
    workstations: 3,
    servers: 1,
    usedSeats: 4,
    reservedSeats: 13,
    suspended: false,
    measuredAt: "2026-11-25T10:00:00.000Z",
  }),
  "cdg:zimbra:MailUsage": (inputs) => ({
    ...inputs,
    mailboxes: {},
    usedBytes: 1_000,
    openMailboxes: 2,
    measuredAt: "2026-11-25T10:00:00.000Z",
  }),
  "cdg:restic:Access": (inputs) => ({
    ...inputs,
    password: "first",
    repositoryPassword: "key",
    htpasswd: `${String(inputs.user)}:$2b$10$x\n`,
    digest: "0123456789ab",
  }),
  "cdg:restic:Repository": (inputs) => inputs,
  "cdg:restic:BackupUsage": (inputs) => ({
    ...inputs,
    usedBytes: 4_000,
    snapshots: 2,
    lastSnapshotAt: "2026-11-25T02:00:00.000Z",
    measuredAt: "2026-11-25T10:00:00.000Z",
  }),
  "cdg:sftpgo:ServerAccess": (inputs) => ({
    ...inputs,
    databaseLogin: "*:*:*:sftpgo:first\n",
    administrators: "{}\n",
    digest: "0123456789ab",
  }),
  "cdg:sftpgo:Server": (inputs) => ({ ...inputs, version: "2.7.5" }),
  "cdg:sftpgo:Folder": (inputs) => ({ ...inputs, mappedPath: `/srv/${String(inputs.name)}` }),
  "cdg:sftpgo:Group": (inputs) => inputs,
  "cdg:sftpgo:User": (inputs) => ({ ...inputs, password: `first of ${String(inputs.name)}` }),
  "cdg:sftpgo:Retention": (inputs) => inputs,
  "cdg:sftpgo:FileUsage": (inputs) => ({
    ...inputs,
    usedBytes: 2_000,
    files: 3,
    measuredAt: "2026-11-25T10:00:00.000Z",
  }),
};

/** Runs a program against an engine that only listens, and waits for everything that it registered. */
export async function registrationsOf(program: () => void | Promise<void>): Promise<readonly Registration[]> {
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        const answer = answers[type];
        if (!answer) throw new Error(`Mock not implemented: ${type}`);
        return { id: `${name}-id`, state: answer(inputs) };
      },
      call: ({ token }) => {
        throw new Error(`Mock not implemented: ${token}`);
      },
    },
    "bastide",
    "test",
  );
  const monitor = getMonitor();
  if (!monitor) throw new Error("the mock engine is not there");
  const requests = vi.spyOn(monitor, "registerResource");
  const completions = vi.spyOn(monitor, "registerResourceOutputs");
  await program();
  await pulumi.runtime.disconnect();
  const outputs = new Map(
    completions.mock.calls.map(([request]: readonly [RegisterResourceOutputsRequest, ...unknown[]]) => [
      request.getUrn(),
      request.getOutputs()?.toJavaScript() ?? {},
    ]),
  );
  const sent = requests.mock.calls.map(([request]) => request);
  return sent
    .map((request) => registrationOf(request, outputs, sent))
    .toSorted((a, b) => (a.urn < b.urn ? -1 : 1));
}

function registrationOf(
  request: RegisterResourceRequest,
  outputs: ReadonlyMap<string, Record<string, unknown>>,
  all: readonly RegisterResourceRequest[],
): Registration {
  return {
    type: request.getType(),
    name: request.getName(),
    urn: `${typesOf(request, all)}::${request.getName()}`,
    parent: request.getParent(),
    dependencies: request.getDependenciesList().toSorted(),
    aliases: request.getAliasesList().map((alias: Alias) => alias.getSpec()?.getName() ?? ""),
    ignoreChanges: request.getIgnorechangesList(),
    inputs: request.getObject()?.toJavaScript() ?? {},
    outputs: outputs.get(mockUrn(request)) ?? null,
  };
}

/** All types on the way from the root, as in the engine's URNs: the mock's hold the parent's alone. */
function typesOf(request: RegisterResourceRequest, all: readonly RegisterResourceRequest[]): string {
  const parent = all.find((one) => mockUrn(one) === request.getParent());
  return parent ? `${typesOf(parent, all)}$${request.getType()}` : request.getType();
}

function mockUrn(request: RegisterResourceRequest): string {
  const above = request.getParent().split("::")[2]?.split("$").at(-1);
  const types = above === undefined ? request.getType() : `${above}$${request.getType()}`;
  return `urn:pulumi:test::bastide::${types}::${request.getName()}`;
}
