import { describe, expect, test } from 'vitest';
import { openOfflineModel } from '../offline/open-offline-model.ts';
import { API_HEADERS, buildBody, post, readJson, toRecord } from '../testing.ts';

describe('headers and paths', () => {
  test('a request without a key is refused with 401', async () => {
    await using model = await openOfflineModel();
    const headers = { 'anthropic-version': '2026-10-21' };
    const response = await post(model, buildBody('hello'), { headers });
    expect(response.status).toBe(401);
    expect(toRecord((await readJson(response))['error'])['type']).toBe('authentication_error');
  });

  test.each([
    ['x-api-key', 'wrong', 401],
    ['x-api-key', 'right', 200],
    ['authorization', 'Bearer wrong', 401],
    ['authorization', 'Bearer right', 200],
    ['authorization', 'Basic right', 401],
  ])('with a key of its own, %s: %s gives %d', async (name, value, status) => {
    await using model = await openOfflineModel({ apiKey: 'right' });
    const headers = { 'anthropic-version': '2026-10-21', [name]: value };
    expect((await post(model, buildBody('hello'), { headers })).status).toBe(status);
  });

  test.each([undefined, 'yesterday'])('the version %s is refused', async (version) => {
    await using model = await openOfflineModel();
    const headers = { 'x-api-key': 'key', ...(version && { 'anthropic-version': version }) };
    expect((await post(model, buildBody('hello'), { headers })).status).toBe(400);
  });

  test.each([
    ['GET', '/v1/messages', 405, 'invalid_request_error'],
    ['POST', '/v1/models', 405, 'invalid_request_error'],
    ['GET', '/', 404, 'not_found_error'],
    ['POST', '/v1/messages/batches', 404, 'not_found_error'],
    ['GET', '/v1/models/claude-2', 404, 'not_found_error'],
  ])('%s %s is refused with %d', async (...[method, path, status, type]) => {
    await using model = await openOfflineModel();
    const response = await fetch(`${model.url}${path}`, { method, headers: API_HEADERS });
    expect(response.status).toBe(status);
    expect(toRecord((await readJson(response))['error'])['type']).toBe(type);
  });

  test('a body over the cap is refused with 413 and the server goes on', async () => {
    await using model = await openOfflineModel({ maxBodyBytes: 1_000 });
    const response = await post(model, buildBody('x'.repeat(200_000)));
    expect(response.status).toBe(413);
    expect(toRecord((await readJson(response))['error'])['type']).toBe('request_too_large');
    expect((await post(model, buildBody('hello'))).status).toBe(200);
  });

  test('a body of exactly the cap is accepted', async () => {
    const body = JSON.stringify(buildBody('hello'));
    await using model = await openOfflineModel({ maxBodyBytes: body.length });
    expect((await post(model, body)).status).toBe(200);
    expect((await post(model, `${body} `)).status).toBe(413);
  });

  test('a model that is not served is unknown', async () => {
    await using model = await openOfflineModel({ models: ['claude-haiku-5-5'] });
    const response = await post(model, buildBody('hello'));
    expect(response.status).toBe(404);
    expect((await post(model, buildBody('hello', { model: 'claude-haiku-5-5' }))).status).toBe(200);
  });

  test('the models are listed and found one by one', async () => {
    await using model = await openOfflineModel({ models: ['claude-haiku-5-5'] });
    const list = await readJson(
      await fetch(`${model.url}/v1/models?limit=20`, { headers: API_HEADERS }),
    );
    const one = await readJson(
      await fetch(`${model.url}/v1/models/claude-haiku-5-5`, { headers: API_HEADERS }),
    );
    expect(list).toMatchObject({ has_more: false, last_id: 'claude-haiku-5-5', data: [one] });
    expect(one).toMatchObject({ type: 'model', id: 'claude-haiku-5-5', line: 'haiku' });
  });

  test('a taken port rejects', async () => {
    await using model = await openOfflineModel();
    const port = Number(new URL(model.url).port);
    await expect(openOfflineModel({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
