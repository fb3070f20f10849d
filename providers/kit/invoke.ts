/** Functions of the plugin. */
import { runCall } from "./call.ts";
import { checkProperties, knownProperties } from "./check.ts";
import { UnimplementedError } from "./errors.ts";
import { providerPb } from "./proto.ts";
import { rememberSecrets, type Slot } from "./slot.ts";
import { decodeProperties, encodeProperties } from "./wire.ts";

/** @throws UnimplementedError for a function that the plugin does not have. */
export async function invoke<Client>(
  slot: Slot<Client>,
  request: providerPb.InvokeRequest,
): Promise<providerPb.InvokeResponse> {
  const token = request.getTok();
  const handler = slot.plugin.invokes?.find((candidate) => candidate.token === token);
  if (handler === undefined) {
    throw new UnimplementedError(`the plugin ${slot.plugin.name} has no function ${token}`);
  }
  const args = decodeProperties(request.getArgs());
  rememberSecrets(slot, args);
  const checked = checkProperties(handler.inputs, args.value);
  const response = new providerPb.InvokeResponse();
  for (const { property, reason } of checked.failures) {
    response.addFailures(new providerPb.CheckFailure().setProperty(property).setReason(reason));
  }
  if (checked.failures.length > 0) return response;
  const at = {
    operation: "invoke",
    target: token,
    urn: "",
    preview: request.getPreview(),
    timeoutSeconds: 0,
  };
  const inputs = knownProperties(checked.inputs);
  const value = await runCall(slot, at, (ctx) => handler.run(inputs, ctx));
  const outputs = { value, secrets: (handler.secrets ?? []).map((name) => [name]) };
  rememberSecrets(slot, outputs);
  return response.setReturn(encodeProperties(outputs));
}
