/** What `--tags` and `--skip-tags` ask for; without either, everything but what is tagged `never`. */
export interface TagWish {
  readonly only: readonly string[];
  readonly skip: readonly string[];
}

/** Words of a wish that mean a kind of tasks and no tag. */
export const kindsOfTasks = ['all', 'tagged', 'untagged'] as const;

/** Tags that mean something by themselves. */
export const tagsWithMeaning = ['always', 'never'] as const;

/** Whether a task with these tags is run. */
export function isWished(tags: ReadonlySet<string>, { only, skip }: TagWish): boolean {
  const tagged = tags.size > 0;
  const never = tags.has('never');
  const asked =
    only.length === 0
      ? !never
      : tags.has('always') ||
        only.some((word) => {
          if (word === 'all') return !never;
          if (word === 'tagged') return tagged && !never;
          if (word === 'untagged') return !tagged;
          return tags.has(word);
        });
  const left = skip.some((word) => {
    if (word === 'all') return !tags.has('always');
    if (word === 'tagged') return tagged;
    if (word === 'untagged') return !tagged;
    return tags.has(word);
  });
  return asked && !left;
}
