/** The provider's inputs. Registry credentials and Docker contexts are not taken. */
import { z } from "zod";

export const providerConfig = z.strictObject({
  host: z
    .string()
    .optional()
    .describe("unix:///PATH, tcp://HOST:PORT or ssh://USER@HOST; default DOCKER_HOST"),
  certPath: z.string().optional().describe("Folder of ca.pem, cert.pem and key.pem"),
  caMaterial: z.string().optional().describe("PEM of the authority of a tcp host"),
  certMaterial: z.string().optional().describe("PEM of the client's certificate"),
  keyMaterial: z.string().optional().describe("PEM of the client's key"),
  sshOpts: z.array(z.string()).optional().describe("Arguments of ssh for an ssh:// host"),
  disableDockerDaemonCheck: z
    .boolean()
    .optional()
    .describe("Do not call the engine before something has to be made, read or changed"),
});
export type ProviderConfig = z.infer<typeof providerConfig>;
