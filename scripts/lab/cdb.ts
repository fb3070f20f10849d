const headerBytes = 2048;
const tableCount = 256;

interface Slot {
  readonly hash: number;
  readonly position: number;
}

/**
 * A constant database in D. J. Bernstein's cdb format, as Postfix's `cdb:` maps read it: looked up in two reads
 * without a server, and replaced as a whole by renaming a file. Keys must be unique.
 *
 * Format: https://cr.yp.to/cdb/cdb.txt
 */
export function constantDatabase(entries: Iterable<readonly [key: string, value: string]>): Buffer {
  const records: Buffer[] = [];
  const tables: Slot[][] = Array.from({ length: tableCount }, () => []);
  let position = headerBytes;
  for (const [key, value] of entries) {
    const [keyBytes, valueBytes] = [Buffer.from(key), Buffer.from(value)];
    const hash = cdbHash(keyBytes);
    tables[hash % tableCount]?.push({ hash, position });
    const record = Buffer.concat([pair(keyBytes.length, valueBytes.length), keyBytes, valueBytes]);
    records.push(record);
    position += record.length;
  }
  const header: Buffer[] = [];
  const hashTables: Buffer[] = [];
  for (const slots of tables) {
    const table = hashTable(slots);
    header.push(pair(position, table.length / 8));
    hashTables.push(table);
    position += table.length;
  }
  return Buffer.concat([...header, ...records, ...hashTables]);
}

/** Open addressing in a table twice as long as it has entries. */
function hashTable(slots: readonly Slot[]): Buffer {
  const length = slots.length * 2;
  const table = Buffer.alloc(length * 8);
  for (const { hash, position } of slots) {
    let index = (hash >>> 8) % length;
    // No record begins at 0, so a zero position marks a free slot.
    while (table.readUInt32LE(index * 8 + 4) !== 0) index = (index + 1) % length;
    table.writeUInt32LE(hash, index * 8);
    table.writeUInt32LE(position, index * 8 + 4);
  }
  return table;
}

function cdbHash(key: Uint8Array): number {
  let hash = 5381;
  for (const byte of key) hash = ((((hash << 5) >>> 0) + hash) ^ byte) >>> 0;
  return hash;
}

function pair(first: number, second: number): Buffer {
  const buffer = Buffer.alloc(8);
  buffer.writeUInt32LE(first, 0);
  buffer.writeUInt32LE(second, 4);
  return buffer;
}
