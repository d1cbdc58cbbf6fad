"use strict";
// Shows what the visitor put into the cart; the page's address may name the last item.
const item = new URLSearchParams(window.location.search).get("item");
if (item) {
  // Weak on purpose: text from the address becomes markup.
  document.getElementById("cart").innerHTML = "<p>Added " + item + "</p>";
}
