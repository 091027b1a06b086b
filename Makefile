# Budget performance warehouse · 预算绩效数据仓库
# Needs GNU make and Python 3.11 or later with venv and pip; everything else is installed into .venv, once.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV   ?= .venv
ARGS   ?=
BIN    := $(VENV)/bin
# Packages are byte-compiled once, at installation; without that every start takes two to three times as long.
unexport PYTHONDONTWRITEBYTECODE
export DO_NOT_TRACK = 1
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.DEFAULT_GOAL := help
.PHONY: help run test serve lint format types unit sample status environment clean distclean

help: ## list the targets 列出全部目标
	@awk 'BEGIN {FS = ":.*## "} /^[a-z]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/.installed-run ## run the main job on data/raw and publish a release 运行主作业并发布 (ARGS="--year 2014")
	@$(BIN)/bpw run $(ARGS)

serve: $(VENV)/.installed-run ## web page and daemon of Dagster on 127.0.0.1 启动 Dagster 网页与守护进程
	@$(BIN)/bpw serve $(ARGS)

sample: $(VENV)/.installed-run ## write the sample province into the inbox 生成示例省报表
	@$(BIN)/bpw sample $(ARGS)

status: $(VENV)/.installed-run ## what was published, and what waits 查看当前状态
	@$(BIN)/bpw status $(ARGS)

test: lint types unit ## everything that gates a change 运行全部检查与测试

lint: $(VENV)/.installed-dev ## ruff and sqlfluff 代码与 SQL 规范检查
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/sqlfluff lint --disable-progress-bar dbt_project/models dbt_project/tests

format: $(VENV)/.installed-dev ## put the code into the agreed form 统一代码格式
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(VENV)/.installed-dev ## type check 类型检查
	$(BIN)/mypy

unit: $(VENV)/.installed-dev ## unit, form, dbt and integration tests 单元、表样、dbt 与集成测试
	$(BIN)/pytest $(ARGS)

environment: $(VENV)/.installed-dev ## only make the environment 仅建立运行环境

clean: ## remove caches; data/ and .venv stay 清理缓存（保留 data/ 与 .venv）
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis dbt_project/target dbt_project/logs logs
	find . -path ./$(VENV) -prune -o -name __pycache__ -type d -print0 | xargs -0 rm -rf

distclean: clean ## remove the environment as well 连同运行环境一并删除
	rm -rf $(VENV)

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed. 需要 Python 3.11 或更高版本。" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or later is needed; set PYTHON=... 需要 Python 3.11 或更高版本，请设置 PYTHON=..." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

# The package is used from this checkout: a path file instead of an installation needs no build tool.
$(VENV)/.linked: $(VENV)/bin/python Makefile
	@$(BIN)/python -c 'import pathlib, sysconfig; pathlib.Path(sysconfig.get_path("purelib"), "budget_performance_warehouse.pth").write_text(str(pathlib.Path.cwd()) + "\n", encoding="utf-8")'
	@# Guarded: reader processes import this script again when they start.
	@printf '#!%s\nimport sys\n\nfrom orchestration.cli import main\n\nif __name__ == "__main__":\n    sys.exit(main())\n' "$(abspath $(BIN)/python)" > $(BIN)/bpw
	@chmod +x $(BIN)/bpw
	@touch $@

$(VENV)/.installed-run: requirements/run.txt $(VENV)/.linked
	@echo "Installing the pinned packages into $(VENV), about three minutes, once. 正在安装依赖，约需三分钟，仅此一次。"
	@$(BIN)/python -m pip install -qq --require-hashes --no-deps -r requirements/run.txt
	@touch $@

$(VENV)/.installed-dev: requirements/dev.txt $(VENV)/.linked
	@echo "Installing the pinned packages and test tools into $(VENV), once. 正在安装依赖与测试工具，仅此一次。"
	@$(BIN)/python -m pip install -qq --require-hashes --no-deps -r requirements/dev.txt
	@touch $@ $(VENV)/.installed-run
