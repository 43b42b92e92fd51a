#include "CFaiss.h"
