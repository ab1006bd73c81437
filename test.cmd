@echo off
rem Runs the test suite; first installs what is missing. test.cmd [--setup | arguments of pytest]
setlocal
call "%~dp0installer\setup.cmd" requirements-dev.lock requirements-twain.lock pytwain || exit /b 1
if "%~1"=="--setup" exit /b 0
cd /d "%~dp0"
if "%~1"=="" goto whole
"%python%" -m pytest %*
exit /b %errorlevel%

:whole
"%python%" -m pytest -n 2 --dist loadgroup --max-worker-restart 0 --ignore tests/journeys
exit /b %errorlevel%
