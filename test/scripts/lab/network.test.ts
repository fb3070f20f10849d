import { BlockList, isIPv4 } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { candidateAddresses } from "../../../scripts/lab/network.ts";

const lastByte = (address: string): number => Number(address.split(".")[3]);

describe("candidateAddresses", () => {
  const allowed = new BlockList();
  allowed.addSubnet("10.192.0.0", 10);
  allowed.addSubnet("172.16.0.0", 16);

  it("gives the two usable addresses of one /30 away from Docker's pools, for every lab and attempt", () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(19), (id, attempt) => {
        const { host, node } = candidateAddresses(id, attempt);
        expect([host, node].every((address) => isIPv4(address) && allowed.check(address))).toBe(true);
        expect(lastByte(host) % 4).toBe(1);
        expect(lastByte(node)).toBe(lastByte(host) + 1);
      }),
    );
  });

  it("is the same for the same lab and another for the next attempt", () => {
    expect(candidateAddresses("0123456789", 0)).toEqual(candidateAddresses("0123456789", 0));
    expect(candidateAddresses("0123456789", 1)).not.toEqual(candidateAddresses("0123456789", 0));
  });
});
