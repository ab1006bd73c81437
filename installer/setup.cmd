@echo off
rem Shared by run.cmd and test.cmd: makes .venv beside the project file and fills it from the hash lock named,
rem again only when the lock or the project file changed. requirements-dev.lock contains requirements.lock.
rem A second lock and the name of its one package: that is published as source only and is built with the first lock's
rem setuptools. Sets %python%. Ends with 3 when Python is missing.
set "root=%~dp0.."
set "lock=%~1"
set "python=%root%\.venv\Scripts\python.exe"
if exist "%python%" goto installed
set "starter="
where py >nul 2>nul && set "starter=py -3"
if not defined starter where python >nul 2>nul && set "starter=python"
if not defined starter goto nopython
%starter% -c "import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))" || goto nopython
%starter% -m venv "%root%\.venv" || exit /b 1

:installed
fc /b "%root%\%lock%" "%root%\.venv\%lock%" >nul 2>nul || goto install
fc /b "%root%\pyproject.toml" "%root%\.venv\setup.toml" >nul 2>nul || goto install
if not "%~2"=="" fc /b "%root%\%~2" "%root%\.venv\%~2" >nul 2>nul || goto install
exit /b 0

:install
"%python%" -m pip install --quiet --disable-pip-version-check --no-input --require-hashes --only-binary=:all: -r "%root%\%lock%" || exit /b 1
"%python%" -m pip install --quiet --disable-pip-version-check --no-input --no-index --no-deps --no-build-isolation --editable "%root%" || exit /b 1
del "%root%\.venv\requirements*.lock" 2>nul
if "%~2"=="" goto installed_all
setlocal
set "GIT_DIR=NUL"
"%python%" -m pip install --quiet --disable-pip-version-check --no-input --require-hashes --no-deps --no-build-isolation --use-pep517 --no-binary %~3 -r "%root%\%~2" || exit /b 1
endlocal
copy /y "%root%\%~2" "%root%\.venv\%~2" >nul

:installed_all
copy /y "%root%\requirements.lock" "%root%\.venv\requirements.lock" >nul
copy /y "%root%\%lock%" "%root%\.venv\%lock%" >nul
copy /y "%root%\pyproject.toml" "%root%\.venv\setup.toml" >nul
exit /b 0

:nopython
echo Python 3.11, 3.12, 3.13 or 3.14 is needed. Install it with the "py" launcher, then start again. 1>&2
exit /b 3
