import { connect } from 'node:net';
import { keyType } from './known-hosts.ts';

/** Milliseconds. */
const patience = 2_000;
const requestIdentities = Buffer.from([0, 0, 0, 1, 11]);

/**
 * Types of all keys that an agent holds (draft-ietf-sshm-ssh-agent, section 3.5): ssh2 leaves those out that it does
 * not know. Empty where the agent does not answer.
 */
export function agentTypes(socket: string): Promise<readonly string[]> {
  return new Promise((resolve) => {
    let answer = Buffer.alloc(0);
    const connection = connect(socket, () => connection.write(requestIdentities));
    const end = (types: readonly string[]): void => {
      connection.destroy();
      resolve(types);
    };
    connection.setTimeout(patience, () => end([]));
    connection.on('error', () => end([]));
    connection.on('close', () => resolve([]));
    connection.on('data', (chunk) => {
      answer = Buffer.concat([answer, chunk]);
      if (answer.length >= 4 && answer.length >= 4 + answer.readUInt32BE(0)) end(typesIn(answer));
    });
  });
}

function typesIn(answer: Buffer): readonly string[] {
  const types: string[] = [];
  try {
    // Length, kind of message, number of keys; then for each its blob and its comment.
    let at = 9;
    for (let left = answer.readUInt32BE(5); left > 0; left -= 1) {
      const length = answer.readUInt32BE(at);
      types.push(keyType(answer.subarray(at + 4, at + 4 + length)) ?? '');
      at += 4 + length;
      at += 4 + answer.readUInt32BE(at);
    }
  } catch {
    // It is cut off; what has been read is told.
  }
  return types;
}
