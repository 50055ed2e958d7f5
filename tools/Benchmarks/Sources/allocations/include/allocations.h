#pragma once
// Nothing is called from outside: loading the library is all there is to do.
