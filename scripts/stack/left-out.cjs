/** In place of a package that `lean-sdk.ts` leaves out: loads, and says so when it is used. */
module.exports = new Proxy(
  {},
  {
    get(_target, name) {
      if (typeof name === "symbol" || name === "__esModule" || name === "default") return undefined;
      throw new Error(
        `The SDK asked for ${name} of a package that bastide leaves out: no program here may serialise functions.`,
      );
    },
  },
);
