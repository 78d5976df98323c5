"use strict";
/* A paper prints by its button where there is a script, and else as the browser prints. */
const button = document.getElementById("print");
button.hidden = false;
button.addEventListener("click", () => window.print());
