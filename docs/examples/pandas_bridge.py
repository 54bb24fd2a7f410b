"""Candles to pandas, decisions from pandas, and the results back in pandas."""

import io
import json
import os
import shlex
import subprocess

import pandas as pd

ASSAY = shlex.split(os.environ.get("ASSAY", "assay"))
MARKET = ["--symbol", os.environ.get("SYMBOL", "SYNTH-USDC"), "--timeframe", "1h"]


def assay(*args: str) -> str:
    """What a command of Assay prints; its message is shown where it fails."""
    return subprocess.run([*ASSAY, *args], check=True, stdout=subprocess.PIPE, text=True).stdout


# Candles as a frame.
candles = pd.read_csv(io.StringIO(assay("data", "export", *MARKET)), parse_dates=["timestamp"])

# Decisions: long while the fast average is above the slow one. The candle named by `timestamp` is known
# at its close, so the file says that its times are opens (--time-label open).
fast, slow = candles["close"].ewm(span=12).mean(), candles["close"].ewm(span=48).mean()
exposure = (fast > slow).astype(int)
signals = pd.DataFrame({"time": candles["timestamp"], "exposure": exposure})
signals = signals[signals["exposure"].diff() != 0].iloc[1:]
signals["time"] = signals["time"].dt.strftime("%Y-%m-%dT%H:%M:%SZ")
signals.to_csv("pandas-signals.csv", index=False)

run = json.loads(
    assay("backtest", "--signals", "pandas-signals.csv", "--time-label", "open", *MARKET, "--report", "none", "--json")
)
run_id = run["run_id"]

# Results as frames: the export of a run, and the database.
trades = pd.read_csv(
    io.StringIO(assay("runs", "export", run_id, "--what", "trades")),
    parse_dates=["entry_time", "exit_time"],
)
equity = pd.read_csv(
    io.StringIO(assay("runs", "export", run_id, "--what", "equity")),
    parse_dates=["time"],
    index_col="time",
)["equity"]
fills = pd.read_csv(io.StringIO(assay("sql", f"select * from trades where run_id = '{run_id}'")))

drawdown = 1 - (equity / equity.cummax()).min()
print(f"{len(signals)} decisions, {len(trades)} trades, {len(fills)} fills, pnl {trades['pnl'].sum():.2f}")
print(f"final equity {equity.iloc[-1]:.2f}, max drawdown {drawdown:.4f}")
