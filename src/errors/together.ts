import { TsplayError, TsplayErrors } from './tsplay-error.ts';

/**
 * Waits for all that is begun; throws what is wrong with any of it, all at once. What several of them fail by is told
 * once, and an error that is not known is thrown as it is.
 */
export async function together<T extends readonly unknown[]>(
  ...begun: { readonly [K in keyof T]: Promise<T[K]> }
): Promise<T> {
  const settled = await Promise.allSettled(begun);
  const reasons = new Set(
    settled.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : [])),
  );
  const all = [...reasons].flatMap((reason) => {
    const known = errorsIn(reason);
    if (known === undefined) throw reason;
    return known;
  });
  const errors = [...new Set(all)];
  if (errors.length === 1) throw errors[0];
  if (errors.length > 1) throw new TsplayErrors(errors);
  return settled.map((one) => (one.status === 'fulfilled' ? one.value : undefined)) as unknown as T;
}

/** The problems that something was thrown for; undefined where it is none that is known. */
export function errorsIn(thrown: unknown): readonly TsplayError[] | undefined {
  if (thrown instanceof TsplayErrors) return thrown.errors;
  return thrown instanceof TsplayError ? [thrown] : undefined;
}
