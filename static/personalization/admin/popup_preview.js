// Inside the preview's frame: the pop-up stands open, and nothing in it can be pressed.
"use strict";
document.querySelector("dialog")?.setAttribute("open", "");
