/**
 * What the API answers instead of a result. Codes and messages are those of the vendor's page "Getting started"
 * of its public API; clients show `error.data.details` to people.
 */
export class RpcError extends Error {
  override readonly name = "RpcError";
  readonly code: number;
  readonly details: string;

  constructor(code: number, message: string, details: string) {
    super(message);
    this.code = code;
    this.details = details;
  }
}

export const parseError = () => new RpcError(-32700, "Parse error", "The request is not valid JSON.");
export const invalidRequest = (details: string) => new RpcError(-32600, "Invalid Request", details);
export const methodNotFound = (method: string) =>
  new RpcError(-32601, "Method not found", `The method '${method}' does not exist.`);
export const invalidParams = (details: string) => new RpcError(-32602, "Invalid params", details);
export const serverError = (details: string) => new RpcError(-32000, "Server error", details);

export const invalidValue = (name: string) => invalidParams(`The value for '${name}' parameter is invalid.`);
