import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { DAV_PATH, FILES_PORTS } from "../plan/edge.ts";
import type { FilesPlatformPlan } from "../plan/index.ts";
import { Server, ServerAccess } from "../providers/cdg/sdk/sftpgo.ts";
import { onStorageNode, publishedOnNode } from "./swarm.ts";
import { componentTokens } from "./tokens.ts";

export interface FilesPlatformArgs {
  readonly plan: FilesPlatformPlan;
  /** Overlay network that the edge is in. */
  readonly networkId: pulumi.Input<string>;
  /** Own engine of the node that holds files and database: a volume is where it was made. */
  readonly storage: docker.Provider;
  /** What SFTPGo is reached through. */
  readonly edge: docker.Service;
}

/** Where SFTPGo keeps what has to last, in its volume. */
const DATA = "/srv/sftpgo";

/**
 * SFTPGo and its PostgreSQL, for the share (article 13) and the transfer (article 12) of all collectivités: two
 * volumes and two services on one storage node, their passwords as secrets of the Swarm, and one resource that
 * waits until SFTPGo answers. A new collectivité changes nothing here.
 *
 * Nothing here deletes files: both volumes stay when the section leaves `cdg.yaml`, and are taken up again when it
 * comes back; only their names are inputs.
 *
 * ```ts
 * new FilesPlatform("files", { plan, networkId, storage, edge }, { parent: platform });
 * ```
 */
export class FilesPlatform extends pulumi.ComponentResource {
  readonly access: ServerAccess;
  readonly database: docker.Service;
  readonly sftpgo: docker.Service;
  readonly server: Server;

  constructor(name: string, args: FilesPlatformArgs, opts?: pulumi.ComponentResourceOptions) {
    super(componentTokens.filesPlatform, name, {}, opts);
    const { plan } = args;

    const volumes = {
      database: createVolume("postgres", args, this),
      files: createVolume("sftpgo", args, this),
    };
    this.access = new ServerAccess("files", { number: plan.accessNumber }, { parent: this });
    const { databaseLogin, administrators } = this.access;
    const login = createSecret("postgres", databaseLogin, this.access, this);
    const admins = createSecret("sftpgo", administrators, this.access, this);
    this.database = createDatabase(args, volumes.database, login, this);
    this.sftpgo = createSftpgo(args, volumes.files, [login, admins], this.database, this);
    this.server = new Server(
      "files",
      { revision: pulumi.interpolate`${plan.image} ${this.access.digest}` },
      { parent: this, dependsOn: [this.sftpgo, args.edge] },
    );

    this.registerOutputs({ version: this.server.version });
  }
}

function createVolume(name: string, { storage }: FilesPlatformArgs, parent: FilesPlatform): docker.Volume {
  return new docker.Volume(name, { name }, { parent, provider: storage, retainOnDelete: true });
}

/** One in use cannot be removed: another content has another name, and the old one goes last. */
function createSecret(
  name: string,
  content: pulumi.Output<string>,
  { digest }: ServerAccess,
  parent: FilesPlatform,
): docker.Secret {
  return new docker.Secret(
    name,
    {
      name: pulumi.interpolate`${name}-${digest}`,
      data: content.apply((text) => Buffer.from(text).toString("base64")),
    },
    { parent, deleteBeforeReplace: false },
  );
}

function createDatabase(
  { plan, networkId }: FilesPlatformArgs,
  volume: docker.Volume,
  login: docker.Secret,
  parent: FilesPlatform,
): docker.Service {
  return new docker.Service(
    "postgres",
    {
      name: "postgres",
      taskSpec: {
        containerSpec: {
          image: plan.databaseImage,
          readOnly: true,
          mounts: [{ type: "volume", source: volume.name, target: "/var/lib/postgresql" }],
          secrets: [{ secretId: login.id, secretName: login.name, fileName: "database" }],
          // Its fast shutdown: the other waits until SFTPGo lets go.
          stopSignal: "SIGINT",
          stopGracePeriod: "1m0s",
        },
        networksAdvanceds: [{ id: networkId }],
        ...placedOn(plan),
      },
      ...oneAtATime,
      endpointSpec: { mode: "dnsrr" },
    },
    { parent },
  );
}

function createSftpgo(
  { plan, networkId }: FilesPlatformArgs,
  volume: docker.Volume,
  [login, admins]: readonly [docker.Secret, docker.Secret],
  database: docker.Service,
  parent: FilesPlatform,
): docker.Service {
  return new docker.Service(
    "sftpgo",
    {
      name: "sftpgo",
      taskSpec: {
        containerSpec: {
          image: plan.image,
          user: "65534:65534",
          args: ["--loaddata-from=/run/secrets/administrators", "--loaddata-mode=0", "--grace-time=20"],
          env: settingsOf(plan),
          readOnly: true,
          mounts: [{ type: "volume", source: volume.name, target: DATA }],
          secrets: [
            { secretId: login.id, secretName: login.name, fileName: "database" },
            { secretId: admins.id, secretName: admins.name, fileName: "administrators" },
          ],
          // Longer than its own grace for transfers that run.
          stopGracePeriod: "30s",
        },
        networksAdvanceds: [{ id: networkId }],
        ...placedOn(plan),
      },
      ...oneAtATime,
      endpointSpec: {
        mode: "dnsrr",
        // SFTP goes past the edge, which speaks HTTP alone.
        ports: [publishedOnNode(FILES_PORTS.sftp, plan.sftpPort)],
      },
    },
    { parent, dependsOn: [database] },
  );
}

function placedOn({ node }: FilesPlatformPlan) {
  return {
    placement: onStorageNode(node),
    restartPolicy: { condition: "any", delay: "2s" },
  };
}

/** Two of one service would write to one volume. */
const oneAtATime = {
  updateConfig: { order: "stop-first" },
  convergeConfig: { delay: "2s", timeout: "1m0s" },
};

/** SFTPGo's own names (its docs, `sftpgo.json`): sections and keys, lists by index. */
function settingsOf({ proxies }: FilesPlatformPlan): Readonly<Record<string, string>> {
  const behindEdge = { PROXY_ALLOWED: proxies, CLIENT_IP_PROXY_HEADER: "X-Forwarded-For" };
  const bindings = (section: string, settings: Readonly<Record<string, string>>) =>
    Object.fromEntries(
      Object.entries(settings).map(([key, value]) => [`SFTPGO_${section}__BINDINGS__0__${key}`, value]),
    );
  return {
    SFTPGO_CONFIG_DIR: "/etc/sftpgo",
    SFTPGO_LOG_FILE_PATH: "",
    SFTPGO_LOG_LEVEL: "info",
    TMPDIR: `${DATA}/tmp`,
    SFTPGO_DATA_PROVIDER__DRIVER: "postgresql",
    SFTPGO_DATA_PROVIDER__NAME: "sftpgo",
    // Both are on one node, so that nothing of it leaves that node.
    SFTPGO_DATA_PROVIDER__CONNECTION_STRING:
      "host=postgres port=5432 dbname=sftpgo user=sftpgo sslmode=disable connect_timeout=10 passfile=/run/secrets/database",
    SFTPGO_DATA_PROVIDER__POOL_SIZE: "20",
    SFTPGO_DATA_PROVIDER__USERS_BASE_DIR: `${DATA}/homes`,
    // Names in lower case, whatever people type.
    SFTPGO_DATA_PROVIDER__NAMING_RULES: "4",
    // What an upload that ends half-way leaves is never seen under the file's name.
    SFTPGO_COMMON__UPLOAD_MODE: "1",
    SFTPGO_COMMON__TEMP_PATH: `${DATA}/tmp`,
    // A mairie is one address.
    SFTPGO_COMMON__MAX_PER_HOST_CONNECTIONS: "0",
    SFTPGO_SFTPD__HOST_KEYS: `${DATA}/keys/id_ed25519,${DATA}/keys/id_ecdsa`,
    SFTPGO_HTTPD__HIDE_SUPPORT_LINK: "true",
    ...bindings("SFTPD", { PORT: String(FILES_PORTS.sftp) }),
    ...bindings("WEBDAVD", { PORT: String(FILES_PORTS.dav), PREFIX: DAV_PATH, ...behindEdge }),
    ...bindings("HTTPD", {
      PORT: String(FILES_PORTS.http),
      ENABLE_WEB_ADMIN: "false",
      RENDER_OPENAPI: "false",
      LANGUAGES: "fr,en",
      ...behindEdge,
    }),
  };
}
