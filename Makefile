test:
	@echo "not yet"
