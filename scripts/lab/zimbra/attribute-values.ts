import type { AttributeType } from "./attributes.ts";
import { invalidAttributeValue } from "./faults.ts";

/**
 * Checks one value against its attribute's type. An empty value is never checked: it unsets.
 *
 * @throws SoapFault `account.INVALID_ATTR_VALUE` with Zimbra's text
 */
export function checkValue(attribute: AttributeType, value: string): void {
  const { name, type } = attribute;
  const [kind = "", argument = ""] = splitOnce(type, ":");
  switch (kind) {
    case "boolean":
      if (value !== "TRUE" && value !== "FALSE") throw invalidAttributeValue(`${name} must be TRUE or FALSE`);
      return;
    case "integer":
    case "long":
      checkNumber(attribute, kind, value);
      return;
    case "port":
      if (!/^\d{1,5}$/.test(value) || Number(value) > 65535) {
        throw invalidAttributeValue(`${name} must be a valid port: ${value}`);
      }
      return;
    case "enum":
      if (!argument.split(",").includes(value)) {
        throw invalidAttributeValue(`${name} must be one of: ${argument}`);
      }
      return;
    case "id":
      if (!/^[0-9a-z]{8}(-[0-9a-z]{4}){3}-[0-9a-z]{12}$/i.test(value)) {
        throw invalidAttributeValue(`${name} must be a valid id`);
      }
      return;
    case "duration":
      if (!/^\d+(ms|[hmsd])?$/.test(value)) {
        throw invalidAttributeValue(`${name} must be a valid duration: nnnnn[hmsd]`);
      }
      return;
    case "time":
      if (!/^\d{14}(\.\d{1,3})?Z$/.test(value)) {
        throw invalidAttributeValue(`${name} must be a valid generalized time: yyyyMMddHHmmssZ`);
      }
      return;
    case "regex":
      if (!new RegExp(argument).test(value)) {
        throw invalidAttributeValue(`${name} must match the regex: ${argument}`);
      }
      return;
    case "email":
      checkEmail(value);
      return;
    case "forwarding":
      for (const address of value.split(",")) checkEmail(address.trim());
      return;
    default:
      if (attribute.max !== null && value.length > attribute.max) {
        throw invalidAttributeValue(
          `${name} value length(${value.length}) larger than max allowed: ${attribute.max}`,
        );
      }
  }
}

/** A duration in milliseconds: `90`, `1h`, `30d`, `500ms` (a bare number is seconds). */
export function durationMilliseconds(text: string): number {
  const match = /^(\d+)(ms|[hmsd])?$/.exec(text);
  if (!match) return 0;
  return Number(match[1]) * (milliseconds[match[2] ?? "s"] ?? 1000);
}

const milliseconds: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

function checkNumber(attribute: AttributeType, kind: string, value: string): void {
  const { name, min, max } = attribute;
  const tooLong = kind === "integer" ? Math.abs(Number(value)) > 2_147_483_647 : value.length > 19;
  if (!/^(0|-?[1-9]\d*)$/.test(value) || tooLong) {
    throw invalidAttributeValue(`${name} must be a valid ${kind}: ${value}`);
  }
  if (min !== null && Number(value) < min) {
    throw invalidAttributeValue(`${name} value(${value}) smaller than minimum allowed: ${min}`);
  }
  if (max !== null && Number(value) > max) {
    throw invalidAttributeValue(`${name} value(${value}) larger than max allowed: ${max}`);
  }
}

function checkEmail(address: string): void {
  const at = address.lastIndexOf("@");
  if (at === -1) throw invalidAttributeValue(`address '${address}' does not include domain`);
  if (at === 0 || at === address.length - 1 || /[\s,<>()]/.test(address)) {
    throw invalidAttributeValue(`invalid email address: ${address}`);
  }
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}
