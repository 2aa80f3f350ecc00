/* wardheat/wardheat.h: the whole library. */
#ifndef WARDHEAT_WARDHEAT_H
#define WARDHEAT_WARDHEAT_H

#include <wardheat/backtest.h>
#include <wardheat/bandwidth.h>
#include <wardheat/base.h>
#include <wardheat/clusters.h>
#include <wardheat/density.h>
#include <wardheat/disclose.h>
#include <wardheat/geo.h>
#include <wardheat/hotspot.h>
#include <wardheat/identity.h>
#include <wardheat/metrics.h>
#include <wardheat/model.h>
#include <wardheat/patterns.h>
#include <wardheat/rates.h>
#include <wardheat/ratio.h>
#include <wardheat/redraw.h>
#include <wardheat/repeats.h>
#include <wardheat/risk.h>
#include <wardheat/run.h>
#include <wardheat/scan.h>
#include <wardheat/spacetime.h>
#include <wardheat/statistics.h>
#include <wardheat/trends.h>

#endif
