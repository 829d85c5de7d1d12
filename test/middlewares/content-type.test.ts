import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sniff } from '../../src/middlewares/content-type/sniff.ts';
import { ProxyError } from '../../src/model/proxy-error.ts';
import { type Answer, answering, build, Run, ScriptedBody } from './trial-run.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');

test('a body is what it begins like', () => {
  const cases: [beginning: string, type: string][] = [
    ['<html><body>', 'text/html; charset=utf-8'],
    [' \n<!doctype html >', 'text/html; charset=utf-8'],
    ['<!-- x', 'text/html; charset=utf-8'],
    ['<htmlx>', 'text/plain; charset=utf-8'],
    ['\t<?xml version="1.0"?>', 'text/xml; charset=utf-8'],
    ['%PDF-1.7', 'application/pdf'],
    ['\x89PNG\r\n\x1a\n\0', 'image/png'],
    ['\xff\xd8\xff\xe0', 'image/jpeg'],
    ['RIFF\0\0\0\0WEBPVP8 ', 'image/webp'],
    ['RIFF\0\0\0\0WAVEfmt ', 'audio/wave'],
    ['\0\0\0\x18ftypmp42\0\0\0\0', 'video/mp4'],
    ['\0\0\0\x1cftypisom\0\0\0\0isommp41', 'video/mp4'],
    ['\0\0\0\x14ftypqt  mp4x\0\0\0\0', 'application/octet-stream'],
    ['\x1f\x8b\x08\0', 'application/x-gzip'],
    ['PK\x03\x04', 'application/zip'],
    ['wOF2', 'font/woff2'],
    ['\0asm\x01', 'application/wasm'],
    ['{"a": 1}', 'text/plain; charset=utf-8'],
    ['\xef\xbb\xbfa', 'text/plain; charset=utf-8'],
    ['\xc3\xa9t\xc3\xa9', 'text/plain; charset=utf-8'],
    ['a\0b', 'application/octet-stream'],
    ['', 'text/plain; charset=utf-8'],
  ];
  for (const [beginning, type] of cases)
    assert.equal(sniff(bytes(beginning)), type, JSON.stringify(beginning));
});

const typeOf = async (answer: Answer, options: object = {}) =>
  new Run().through(await build('contentType', options), answering(answer)).headers['Content-Type'];

test('only a response without a type and with a body gets one', async () => {
  assert.equal(await typeOf({ body: '<p>x' }), 'text/html; charset=utf-8');
  assert.equal(await typeOf({ body: '<p>x', headers: { 'Content-Type': 'text/plain' } }), 'text/plain');
  assert.equal(await typeOf({ body: 'x', headers: { 'Content-Encoding': 'gzip' } }), undefined);
  assert.equal(await typeOf({ body: '' }), undefined);
  assert.equal(await typeOf({ body: '<p>x' }, { autoDetect: false }), undefined);
});

test('the head waits for the first bytes, the rest flows', async () => {
  const body = new ScriptedBody();
  const run = new Run().through(await build('contentType', {}), answering({ status: 201, body }));
  assert.equal(run.status, undefined);
  assert.equal(body.write('<html>'), false);
  assert.equal(run.status, 201);
  assert.equal(run.headers['Content-Type'], 'text/html; charset=utf-8');
  body.write(' and what came in between');
  const text = run.text();
  await new Promise(setImmediate);
  assert.equal(body.resumed, 1);
  assert.equal(body.write(', more'), true);
  body.end();
  assert.equal(await text, '<html> and what came in between, more');
});

test('a body that ends or breaks off before its first byte has no type', async () => {
  const ends = new ScriptedBody();
  const run = new Run().through(await build('contentType', {}), answering({ body: ends }));
  ends.end();
  assert.equal(await run.text(), '');
  assert.deepEqual(run.headers, {});

  const breaks = new ScriptedBody();
  const broken = new Run().through(await build('contentType', {}), answering({ body: breaks }));
  const error = new ProxyError('response-aborted', 'gone');
  breaks.break(error);
  await assert.rejects(broken.bytes(), error);
});
