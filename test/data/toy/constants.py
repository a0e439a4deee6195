"""Numbers of the detector and of the toy processes. Lengths in mm, times in ns, energies in MeV unless named otherwise."""

from __future__ import annotations

US = 1_000
MS = 1_000_000
SECOND = 1_000_000_000
DAY = 86_400 * SECOND

#: 2025-09-01T00:00:00Z in ns since 1970
EPOCH_NS = 1_756_684_800 * SECOND

LS_RADIUS = 17_700.0  # mm, liquid scintillator
POOL_RADIUS = 21_750.0  # mm, water pool
CD_PMTS = 17_612
WP_PMTS = 2_400
LIGHT_YIELD = 1_785.0  # p.e. per MeV

VERTEX_SIGMA = 100.0  # mm at 1 MeV, per axis, falls as 1/sqrt(E)
ENERGY_SIGMA = 0.03  # relative at 1 MeV, falls as 1/sqrt(E)
SCALE_DRIFT = 0.005  # relative change of the energy scale ...
SCALE_DRIFT_NS = 30 * DAY  # ... in this time
VERTEX_FAILS = 0.002  # fraction of CD records without a vertex

#: Rates in Hz
IBD_HZ = 47.9 / 86_400
CD_MUON_HZ = 4.0
WP_MUON_HZ = 5.0
EDGE_HZ = 30.0
INTERNAL_HZ = 4.0
FLASHER_HZ = 0.5
B12_HZ = 1_500 / 86_400
LI9_HE8_HZ = 75 / 86_400
BIPO214_HZ = 650 / 86_400
BIPO212_HZ = 130 / 86_400
TRIGGER_HZ = 1_000.0

#: Mean lives in ns
TAU_NEUTRON = 216.0 * US
TAU_B12 = 29.1 * MS
TAU_LI9 = 257.0 * MS
TAU_HE8 = 172.0 * MS
TAU_PO214 = 237.0 * US
TAU_PO212 = 431.0

BUNDLE_SHARES = (0.92, 0.06, 0.02)  # one, two, three muons in a CD record
SHOWER_SHARE = 0.05  # of the CD muons carry neutrons
#: neutrons of a shower: share and mean of two geometric laws; 6 on average, so 0.3 per muon
SHOWER_NEUTRONS = ((0.9, 3.0), (0.1, 33.0))
NEUTRON_FROM_TRACK = 700.0  # mm, mean lateral distance
CAPTURE_H = 2.22
CAPTURE_C = 4.95
CAPTURE_C_SHARE = 0.01
DEDX = 0.2  # MeV per mm
MUON_MAX = 1e5  # MeV, the largest deposit
NO_WP_SHARE = 0.002  # of the CD muons lack the WP record
HE8_SHARE = 0.1
LI9_FROM_SHOWERS = 0.9
IBD_SPREAD = 250.0  # mm, sigma per axis between prompt and delayed
BIPO_SPREAD = 125.0  # mm, sigma per axis: 0.2 m on average
BIPO212_MERGE = 300  # ns, closer pairs are one record
EDGE_DEPTH = 250.0  # mm
INTERNAL_SLOPE = 0.515  # MeV: 5 % of the internal singles lie in 2.0-2.5 MeV
FLASHER_RING = (16_000.0, -7_000.0)  # mm: rho, z
FLASHER_BURST_SHARE = 0.04
FLASHER_BURST_SIZE = 8.0
SUPERNOVA_EVENTS = 5_000
SUPERNOVA_SECONDS = 10.0

CD = 0
WP = 1
DETECTORS = ("CD", "WP")

PROCESSES = (
    "ibd_prompt",
    "ibd_delayed",
    "cd_muon",
    "cd_muon_wp",
    "wp_muon",
    "spallation_neutron",
    "b12",
    "li9_prompt",
    "he8_prompt",
    "li9_he8_neutron",
    "edge_gamma",
    "internal",
    "bi214",
    "po214",
    "bi212",
    "po212",
    "bipo212_merged",
    "flasher",
    "noise",
    "supernova_prompt",
    "supernova_delayed",
)
PROCESS = {name: number for number, name in enumerate(PROCESSES)}
