const seconds: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** A time as OpenSSH writes it (`90`, `1m30s`) in milliseconds; undefined for `none` and for nothing. */
export function milliseconds(text: string): number | undefined {
  if (text.toLowerCase() === 'none') return undefined;
  const parts = text.toLowerCase().matchAll(/(\d+)([smhdw]?)/g);
  const sum = [...parts].reduce(
    (total, [, number, unit]) => total + Number(number) * (seconds[unit ?? ''] ?? 1),
    0,
  );
  return sum === 0 ? undefined : sum * 1000;
}
