import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

export interface RequiredPlugin {
  readonly name: string;
  /** Without a leading `v`. */
  readonly version: string;
}

const project = z.object({ dependencies: z.record(z.string(), z.string()).default({}) });
const dependency = z.object({
  version: z.string(),
  pulumi: z.object({ resource: z.boolean().optional(), name: z.string().optional() }).optional(),
});

/** The checkout's own executable for an official plugin, where there is one: `providers/stand-ins/NAME`. */
export function standInOf(root: string, { name }: RequiredPlugin): string {
  return join(root, "providers", "stand-ins", name, `pulumi-resource-${name}`);
}

/** `resource-NAME-vVERSION`, the folder below `$PULUMI_HOME/plugins` in which the engine looks. */
export function pluginFolder({ name, version }: RequiredPlugin): string {
  return `resource-${name}-v${version}`;
}

/** Official resource plugins of the npm packages that the project depends on, as the engine finds them. */
export async function requiredPlugins(root: string): Promise<RequiredPlugin[]> {
  const { dependencies } = project.parse(await readJson(join(root, "package.json")));
  const found = await Promise.all(
    Object.keys(dependencies)
      .filter((name) => name.startsWith("@pulumi/"))
      .map(async (name): Promise<RequiredPlugin[]> => {
        const file = join(root, "node_modules", name, "package.json");
        const { version, pulumi } = dependency.parse(await readJson(file));
        return pulumi?.resource ? [{ name: pulumi.name ?? name.replace("@pulumi/", ""), version }] : [];
      }),
  );
  return found.flat();
}

async function readJson(file: string): Promise<unknown> {
  return JSON.parse(await readFile(file, "utf8"));
}
