import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePredicate, type Vocabulary } from '../../src/middlewares/predicate.ts';

interface Subject {
  readonly number: number;
  readonly name: string;
}

const vocabulary: Vocabulary<Subject> = {
  Number: {
    takes: 0,
    apply:
      () =>
      ({ number }) =>
        number,
  },
  Name: {
    takes: 0,
    apply:
      () =>
      ({ name }) =>
        name,
  },
  IsEven: {
    takes: 0,
    apply:
      () =>
      ({ number }) =>
        number % 2 === 0,
  },
  Between: {
    takes: 2,
    apply:
      (low, high) =>
      ({ number }) =>
        number >= low! && number < high!,
  },
};

test('conditions mean what they say', () => {
  const subject = { number: 4, name: 'PUT' };
  const cases: [text: string, meant: boolean][] = [
    ['Number() > 3', true],
    ['Number() >= 4.5', false],
    ['Number()==4', true],
    ['Number() != 4', false],
    ['Name() == "PUT"', true],
    ['Name() == "put"', false],
    ['IsEven()', true],
    ['Between(1, 4)', false],
    ['Number() < 3 || Number() > 3 && IsEven()', true],
    ['(Number() < 9 || Number() < 3) && Name() == "GET"', false],
    ['Number()', false],
    ['((Number() <= 4))', true],
  ];
  for (const [text, meant] of cases) assert.equal(parsePredicate(text, vocabulary)(subject), meant, text);
});

test('a condition that cannot be read says where it goes wrong', () => {
  const cases: [text: string, fault: RegExp][] = [
    ['', /something is missing at the end/],
    ['Number() >', /something is missing at the end/],
    ['Mood() > 1', /there is no Mood, only Number, Name/],
    ['toString() > 1', /there is no toString/],
    ['Number( > 1', /"\)" is missing/],
    ['Between(1) > 1', /"," is missing/],
    ['Between("a", 1)', /Between takes 2 numbers/],
    ['Number() > 1 Name()', /"Name" is not expected/],
    ['Number() > 1 & 2', /"&" is not expected/],
    ['(Number() > 1', /"\)" is missing/],
    ['!IsEven()', /"!" is not expected/],
  ];
  for (const [text, fault] of cases) assert.throws(() => parsePredicate(text, vocabulary), fault, text);
});
