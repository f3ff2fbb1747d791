/**
 * The reports of the desk: the rail's menus, the keys that lead from one page of the desk to another, and parts that ask
 * for themselves anew under somebody's hands. The pages read the same without it.
 */

import { startKeeping } from "./desk/anew.js";
import { startKeys } from "./desk/keys.js";
import { startMenus } from "./desk/menus.js";

const desk = document.querySelector(".desk");
startMenus(desk);
startKeys(desk);
startKeeping();
