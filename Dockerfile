# Freqtrade's official image with FreqAI, and our package in it.
FROM freqtradeorg/freqtrade:2026.9_freqai

COPY --chown=ftuser:ftuser pyproject.toml README.md LICENSE /auriga/
COPY --chown=ftuser:ftuser src /auriga/src
COPY --chown=ftuser:ftuser strategies /freqtrade/strategies
COPY --chown=ftuser:ftuser freqaimodels /freqtrade/freqaimodels
COPY --chown=ftuser:ftuser hyperopts /freqtrade/hyperopts
COPY --chown=ftuser:ftuser config.json /freqtrade/config.json
COPY --chown=ftuser:ftuser configs /freqtrade/configs
RUN pip install --user --no-cache-dir /auriga
