// Passkeys: hands a page's question to the browser, and its answer back to the form.
"use strict";

(() => {
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const listed = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  const create = async (asked) => {
    const publicKey = {
      ...asked,
      challenge: bytes(asked.challenge),
      user: { ...asked.user, id: bytes(asked.user.id) },
      excludeCredentials: listed(asked.excludeCredentials),
    };
    const made = await navigator.credentials.create({ publicKey });
    const { attestationObject, clientDataJSON } = made.response;
    const transports = made.response.getTransports ? made.response.getTransports() : [];
    return said(made, { attestationObject: text(attestationObject), clientDataJSON: text(clientDataJSON), transports });
  };

  const get = async (asked, how) => {
    const publicKey = { ...asked, challenge: bytes(asked.challenge), allowCredentials: listed(asked.allowCredentials) };
    const used = await navigator.credentials.get({ publicKey, ...how });
    const { authenticatorData, clientDataJSON, signature, userHandle } = used.response;
    return said(used, {
      authenticatorData: text(authenticatorData),
      clientDataJSON: text(clientDataJSON),
      signature: text(signature),
      userHandle: userHandle && userHandle.byteLength ? text(userHandle) : null,
    });
  };

  const said = (credential, response) =>
    JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response, clientExtensionResults: {} });

  // A question that somebody pressed a button for.
  const asked = (box, failed) => {
    const form = box.querySelector("form");
    const { publicKey } = JSON.parse(box.dataset.passkeyOptions);
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      failed.hidden = true;
      try {
        form.elements.answer.value = await (box.dataset.passkey === "create" ? create(publicKey) : get(publicKey));
        form.submit();
      } catch {
        failed.hidden = false;
      }
    });
  };

  // One that waits until somebody takes a passkey from the browser's list under the name's field. If it cannot be had,
  // the page is as it was.
  const offered = async (box) => {
    const able = window.PublicKeyCredential && PublicKeyCredential.isConditionalMediationAvailable;
    if (!able || !(await PublicKeyCredential.isConditionalMediationAvailable())) return;
    const form = box.querySelector("form");
    const body = new URLSearchParams({ form_token: form.elements.form_token.value });
    const said = await fetch(box.dataset.passkeyOffer, { method: "POST", body });
    if (!said.ok) return;
    const { question, options } = await said.json();
    form.elements.question.value = question;
    form.elements.answer.value = await get(options.publicKey, { mediation: "conditional" });
    form.submit();
  };

  const box = document.querySelector("[data-passkey]");
  const failed = document.querySelector("[data-passkey-failed]");
  if (box && failed) asked(box, failed);
  const offer = document.querySelector("[data-passkey-offer]");
  if (offer) offered(offer).catch(() => {});
})();
