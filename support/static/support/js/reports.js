/**
 * The reports of the desk: the rail's menus, and the keys that lead from one page of the desk to another. The pages read
 * the same without it.
 */

import { startKeys } from "./desk/keys.js";
import { startMenus } from "./desk/menus.js";

const desk = document.querySelector(".desk");
startMenus(desk);
startKeys(desk);
