import ssh2 from "ssh2";

/**
 * A new Ed25519 key pair, in OpenSSH's form. One in 256 that ssh2 1.17 makes has a public key that begins with a
 * zero byte, which ssh2 cuts off: neither it nor OpenSSH takes such a pair (mscdex/ssh2 #1390).
 */
export function newEd25519Pair(comment = ""): { readonly public: string; readonly private: string } {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync("ed25519", { comment });
    if (!(ssh2.utils.parseKey(pair.public) instanceof Error)) return pair;
  }
}
