# Two commands for a newcomer: `make demo` and `make test`. Everything is installed from requirements.lock.
PYTHON ?= python3
BIN := .venv/bin
DEMO ?= demo
# one process more than cores, for some wait for a browser or a disk; the tests of a file in the same one; what is dear
# to make is shared (tests/conftest.py)
PYTEST := $(BIN)/pytest -n $(shell $(PYTHON) -c "import os; print(min(os.cpu_count() + 1, 4))") --dist loadfile --no-loadscope-reorder

.PHONY: install demo dev test test-unit test-complet check check-python check-sql format lock docs wheel-test clean

install: .venv/pret

# uv installs in seconds; it is itself installed by pip, from the same lock file, with its hash.
.venv/pret: requirements.lock pyproject.toml
	$(PYTHON) -c "import sys; sys.exit('Python 3.11 or newer is needed') if sys.version_info < (3, 11) else None"
	$(PYTHON) -m venv .venv
	grep -A 100 '^uv==' requirements.lock | awk 'NR > 1 && /^[a-z]/ { exit } { print }' > .venv/uv.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r .venv/uv.lock
	$(BIN)/uv pip sync --quiet --require-hashes --compile-bytecode --python $(BIN)/python requirements.lock
	$(BIN)/uv pip install --quiet --no-deps --no-build-isolation --python $(BIN)/python --editable .
	$(BIN)/python -m compileall -q clauses ingest expectations exports
	$(BIN)/python -m clauses.chantier.installation
	touch $@

demo: install
	rm -rf $(DEMO)
	$(BIN)/clauses demo $(DEMO) --echelle petite
	$(BIN)/clauses actualiser $(DEMO)/depots --espace $(DEMO)/espace
	$(BIN)/clauses constats --espace $(DEMO)/espace --sortie $(DEMO)/constats.xlsx
	$(BIN)/clauses publier --millesime 2024T4 --profil restreint --espace $(DEMO)/espace --sortie $(DEMO)/publications
	@echo
	@echo "Où regarder :"
	@echo "  le rapport de l'actualisation : $$(ls -t $(DEMO)/espace/rapports/*.html | head -n 1)"
	@echo "  le classeur à renvoyer aux structures : $(DEMO)/constats.xlsx"
	@echo "  les indicateurs : $(BIN)/clauses sql \"select * from marts.indicateurs limit 10\" --espace $(DEMO)/espace"
	@echo "  les pages, à ouvrir dans un navigateur : $(DEMO)/publications/2024T4_v1_restreint/site/index.html"

# A workspace for dbt: then `dbt build`, `dbt build -s ind_t05+`, `dbt show -s ind_t05` … from here, as anywhere.
dev: install
	rm -rf dev
	$(BIN)/clauses demo dev/demo --echelle petite
	$(BIN)/clauses actualiser dev/demo/depots --espace dev/espace
	$(BIN)/clauses dbt build --espace dev/espace

# That the product works: all but what is marked « lent ».
test: install
	$(PYTEST) -m "not lent"

test-unit: install
	$(PYTEST) -m "not lent" tests/unit

# Everything: needs a browser and a spreadsheet, and says so where there is none.
test-complet: install
	CLAUSES_NAVIGATEUR=1 CLAUSES_TABLEUR=1 $(PYTEST) --durations=25

# Python and SQL side by side: `make -j2 check`
check: check-python check-sql

check-python: install
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/mypy --platform win32 --cache-dir .mypy_cache/win32

check-sql: install
	$(BIN)/sqlfluff lint models tests/dbt

format: install
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/sqlfluff fix models tests/dbt

# What analysts read: the answers of docs/requetes and the dictionary (committed), dbt's site (in target/docs).
docs: install
	rm -rf target/docs
	$(BIN)/clauses demo target/docs/demo --echelle petite
	$(BIN)/clauses actualiser target/docs/demo/depots --espace target/docs/demo/espace
	$(BIN)/python scripts/build_requetes.py --espace target/docs/demo/espace
	$(BIN)/python scripts/build_tutoriel.py --demo target/docs/demo
	$(BIN)/python scripts/build_dictionary.py
	$(BIN)/python scripts/build_contrat.py
	$(BIN)/python scripts/build_docs.py --espace target/docs/demo/espace
	rm -rf target/docs/demo
	@echo "Le site de l'entrepôt : target/docs/static_index.html"

# The product as its users install it, from a wheel, in an empty place.
wheel-test: install
	.ci/wheel

lock:
	$(BIN)/uv pip compile pyproject.toml --group dev --generate-hashes --universal --no-emit-index-url \
		--no-annotate --python-version 3.11 --quiet --output-file requirements.lock

clean:
	rm -rf .venv target dev $(DEMO)
