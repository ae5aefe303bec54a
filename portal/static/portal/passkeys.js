"use strict";

// allauth's scripts tell of a passkey that was not shown by this event alone.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  document.getElementById("passkey-trouble").hidden = false;
});
