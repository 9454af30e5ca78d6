# The command in a container, for one's own folders:
#   docker build -t clauses .
#   docker run --rm -v "$PWD:/donnees" --user "$(id -u):$(id -g)" clauses actualiser depots --espace espace
# NOT TRIED: there was no Docker daemon where this was written; the install from the lock file and the preparation were, outside a container.
FROM python:3.11-slim AS construction
WORKDIR /projet
COPY . .
# the versions of the lock file, without what only the tests need
RUN pip install --quiet --no-cache-dir "uv>=0.13" \
    && uv venv --quiet /opt/clauses \
    && uv pip install --quiet --no-cache --compile-bytecode --python /opt/clauses/bin/python \
        --constraints requirements.lock .

FROM python:3.11-slim
RUN useradd --create-home observatoire && install -d -m 1777 /donnees /cache
COPY --from=construction /opt/clauses /opt/clauses
# the cache is not in a home, which another user (--user) could not write; text is UTF-8 whatever the host's
ENV PATH=/opt/clauses/bin:$PATH XDG_CACHE_HOME=/cache PYTHONUTF8=1
USER observatoire
# what a first refresh would wait for: dbt reads the models once
RUN python -m clauses.chantier.installation && chmod -R a+rwX /cache
WORKDIR /donnees
ENTRYPOINT ["clauses"]
CMD ["--help"]
