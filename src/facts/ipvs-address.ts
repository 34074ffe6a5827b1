/** A number as the kernel lists it: `0000001F`. */
export function numberOfHex(text: string): number {
  if (!/^[\da-f]+$/i.test(text)) throw new Error(`not a hexadecimal number: ${text}`);
  return Number.parseInt(text, 16);
}

/** Address and port as /proc/net/ip_vs has them: `0A000001:0050`, `[2001:0db8:…:0001]:0050`. */
export function hostOf(text: string): { readonly address: string; readonly port: number } {
  const [, six, four, port] = /^(?:\[([\da-f:]+)\]|([\da-f]{8})):([\da-f]{4})$/i.exec(text) ?? [];
  if (port === undefined) throw new Error(`not an address of IPVS: ${text}`);
  return { address: six === undefined ? dotted(four ?? '') : shortened(six), port: numberOfHex(port) };
}

const dotted = (hex: string): string =>
  [0, 2, 4, 6].map((at) => numberOfHex(hex.slice(at, at + 2))).join('.');

/** As everybody else writes it: no leading zeros, the longest run of zeros as `::`. */
function shortened(long: string): string {
  return new URL(`http://[${long}]/`).hostname.slice(1, -1);
}
