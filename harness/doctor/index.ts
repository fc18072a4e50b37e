export { diagnose, type Diagnosis, type DiagnosisCheck } from './diagnose.js';
export { doctorReadings, type DoctorReadings } from './doctor-readings.js';
