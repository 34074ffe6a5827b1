import { expect, it } from 'vitest';
import { factGroups } from '../../src/facts/index.ts';

const { namespaces } = factGroups;

it('namespaces are refused where the answer makes no sense', () => {
  expect(() => namespaces.parse('@uid\n0\n@inodes\nnonsense\n@ids\n@names\n')).toThrow('not a line of ls');
  expect(() => namespaces.parse('@inodes\n@ids\n@names\n')).toThrow("no part 'uid'");
});

it('namespaces have processes that other users than root do not count', () => {
  const printed = '@inodes\n4026532308 /run/netns/a\n4026532308 /proc/7/ns/net\n@ids\n@names\nname a\n';
  const plain = { name: 'a', inode: 4_026_532_308, id: undefined, interfaces: undefined };
  expect(namespaces.parse(`@uid\n0\n${printed}`).namespaces).toEqual([{ ...plain, processes: 1 }]);
  expect(namespaces.parse(`@uid\n1000\n${printed}`).namespaces).toEqual([{ ...plain, processes: undefined }]);
});
